using System.Globalization;
using System.Text.Json;
using Google.Protobuf.Reflection;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting;
using Iij.Tests.Servers;
using RabbitMQ.Client;

namespace Iij.Tests.Reporting;

/// <summary>
/// A contract that lasts: what was once put on the wire is read for ever, with the same facts. Stored/README.md says how a version is
/// added; nothing here writes a stored file.
/// </summary>
public sealed class StoredTests(RabbitVirtualHost rabbit) : IClassFixture<RabbitVirtualHost>
{
    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Stored");
    private static readonly string[] _files =
        [.. Directory.GetFiles(_folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    // The keys of the versions whose events are signed, as reporting keeps them for ever.
    static StoredTests()
    {
        foreach (var key in Directory.GetFiles(_folder, "*.pub.pem", SearchOption.AllDirectories))
        {
            var version = Path.GetFileName(Path.GetDirectoryName(key));
            File.Copy(key, Path.Combine(SourceKeys.Folder, $"{Path.GetFileName(key).Split('.')[0]}.{version}.pub.pem"), overwrite: true);
        }
    }

    [Fact]
    public async Task Every_stored_event_gives_the_facts_that_are_written_beside_it()
    {
        Assert.True(_files.Length >= 11, "one for each source and for each transition of the first version at least");
        foreach (var version in _files.GroupBy(Path.GetDirectoryName))
        {
            // One inbox for all of a version: its events do not hinder each other.
            await using var bench = await Bench.StartAsync();
            await bench.AcceptAsync(version.Select(file => Envelope.Read(File.ReadAllBytes(file))));
            await CheckAsync(bench, version);
        }
    }

    [Fact]
    public async Task A_real_broker_and_bus_bring_the_stored_bytes_to_the_same_facts()
    {
        var version = _files.Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "v1").ToList();
        await using var bench = await Bench.StartAsync();
        await using var bus = await EventBus.StartAsync(
            new BusSettings { Transport = "rabbitmq", Uri = rabbit.Uri.ToString() }, bench.Consume);
        await using var connection = await new ConnectionFactory { Uri = rabbit.Uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var properties = new BasicProperties { ContentType = Envelope.ContentType, UserId = rabbit.Uri.UserInfo.Split(':')[0] };
        foreach (var file in version)
            await channel.BasicPublishAsync("period-events", "", true, properties, Envelope.Signed(File.ReadAllBytes(file)));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await bench.ViewAsync()).Knowledge < version.Count)
            await Task.Delay(20, limit.Token);
        await CheckAsync(bench, version);
    }

    [Fact]
    public async Task What_is_published_today_has_the_names_that_were_stored()
    {
        // A reader of version 1 finds every property of it in what this version publishes, as the same kind of value.
        await using var bus = await EventBus.StartAsync(new BusSettings { Transport = "rabbitmq", Uri = rabbit.Uri.ToString() });
        await using var connection = await new ConnectionFactory { Uri = rabbit.Uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var queue = await channel.QueueDeclareAsync();
        await channel.ExchangeDeclareAsync("period-events", "fanout", durable: true);
        await channel.QueueBindAsync(queue.QueueName, "period-events", "");
        foreach (var file in _files.Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "v1"))
        {
            var stored = File.ReadAllBytes(file);
            await bus.PublishAsync(SourceKeys.Sign(Envelope.Read(stored)), CancellationToken.None);
            var got = (await channel.BasicGetAsync(queue.QueueName, autoAck: true))!;
            Assert.Equal(Envelope.ContentType, got.BasicProperties.ContentType);
            using var before = JsonDocument.Parse(stored);
            using var now = JsonDocument.Parse(got.Body);
            Assert.Equal(before.RootElement.GetProperty("messageType").GetRawText(), now.RootElement.GetProperty("messageType").GetRawText());
            var message = now.RootElement.GetProperty("message");
            foreach (var property in before.RootElement.GetProperty("message").EnumerateObject())
                Assert.Equal(property.Value.GetRawText(), message.GetProperty(property.Name).GetRawText());
        }
    }

    [Fact]
    public void Every_field_and_transition_of_today_is_in_a_stored_event()
    {
        var found = new HashSet<string>();
        foreach (var message in _files.Select(file => Envelope.Read(File.ReadAllBytes(file))))
        {
            found.Add(message.Transition);
            if (message.Schema.Length == 0)
                continue;
            using var body = JsonDocument.Parse(message.Body);
            Collect(Statements.Schemas[message.Source], body.RootElement, found);
        }

        var asked = Statements.Schemas.Values.SelectMany(FieldsOf).Concat(Enum.GetNames<Transition>())
            .Where(name => name != nameof(Transition.Unspecified)).ToHashSet();
        var absent = asked.Except(found).Order(StringComparer.Ordinal).ToList();
        Assert.True(absent.Count == 0, $"in no stored event; add a new version of stored events that have it (Stored/README.md): "
            + string.Join(", ", absent));
    }

    [Fact]
    public void Every_property_of_the_envelope_is_in_a_stored_event_with_another_value_than_none()
    {
        var found = new HashSet<string>();
        foreach (var file in _files)
        {
            using var envelope = JsonDocument.Parse(File.ReadAllBytes(file));
            found.UnionWith(envelope.RootElement.GetProperty("message").EnumerateObject()
                .Where(property => property.Value.GetRawText() is not ("\"\"" or "0" or "null")).Select(property => property.Name));
        }

        Assert.Empty(typeof(PeriodEventPublished).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))
            .Except(found));
    }

    private static void Collect(MessageDescriptor type, JsonElement json, HashSet<string> found)
    {
        foreach (var property in json.EnumerateObject())
        {
            var field = type.Fields.InDeclarationOrder().Single(field => field.JsonName == property.Name);
            found.Add(field.FullName);
            if (field.FieldType != FieldType.Message)
                continue;
            var elements = field.IsRepeated ? property.Value.EnumerateArray().ToList() : [property.Value];
            foreach (var element in elements)
                Collect(field.MessageType, element, found);
        }
    }

    private static IEnumerable<string> FieldsOf(MessageDescriptor type) => type.Fields.InDeclarationOrder()
        .SelectMany(field => field.FieldType == FieldType.Message ? FieldsOf(field.MessageType).Prepend(field.FullName) : [field.FullName]);

    private static async Task CheckAsync(Bench bench, IEnumerable<string> files)
    {
        Assert.Empty(await bench.DeadLettersAsync());
        var (history, _) = await bench.Views.LatestAsync(CancellationToken.None);
        foreach (var file in files)
        {
            var message = Envelope.Read(File.ReadAllBytes(file));
            var row = history.Events.Single(row => row.Source == message.Source && row.Sequence == message.Sequence);
            Assert.Equal(File.ReadAllText(Path.ChangeExtension(file, ".txt")),
                Text(row, row.HasStatement ? history.Facts[row.Knowledge] : []));
            Assert.Equal(message.Sequence - 1, message.PreviousSequence);
            Assert.Equal(message.Body, await bench.BodyAsync(message.Source, message.Sequence));
        }
    }

    private static string Text(ReceivedEvent row, IReadOnlyList<Fact> facts)
    {
        string[] header =
        [
            $"{row.Source} {row.Month} {row.Transition}, revision {row.Revision}",
            $"event {row.EventId}, {row.Sequence} of {row.Incarnation}",
            $"at {Iij.Contracts.Calendar.FromMicroseconds(row.OccurredAt)} ({row.OccurredAt}) by {row.Actor}"
                + (row.Reason.Length > 0 ? $": {row.Reason}" : ""),
            row.HasStatement ? $"{row.SchemaName} with the digest {row.Digest}" : "no statement",
        ];
        return string.Join("\n", header.Concat(facts.OrderBy(fact => fact.Key, StringComparer.Ordinal).Select(Text))) + "\n";
    }

    private static string Text(Fact fact) => fact.Measure
        + (fact.Subject.Length > 0 ? $" of {fact.Subject}" : "") + (fact.Date.Length > 0 ? $" on {fact.Date}" : "")
        + string.Create(CultureInfo.InvariantCulture, $" = {fact.Unscaled}") + (fact.Scale > 0 ? $" / 10^{fact.Scale}" : "");
}

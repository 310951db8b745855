using System.Security.Cryptography;
using System.Text.Json;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;
using Iij.Tests.Servers;
using RabbitMQ.Client;

namespace Iij.Tests.Reporting;

/// <summary>Reporting takes only the word of a source: what another says in its name is dead-lettered, and changes and starts nothing.</summary>
public sealed class SignatureTests(RabbitVirtualHost broker) : IClassFixture<RabbitVirtualHost>
{
    private readonly Events _network = new("network");

    /// <summary>How an event is forged, and the reason it is dead-lettered with.</summary>
    public static TheoryData<string, string> Forgeries => new()
    {
        { "no signature", "SIGNATURE_MISSING" },
        { "another source's key", "SIGNATURE_WRONG" },
        { "a key of its own", "SIGNING_KEY_UNKNOWN" },
        { "a signature that is no base64", "SIGNATURE_WRONG" },
        { "a signature of another length", "SIGNATURE_WRONG" },
        { "another event's signature", "SIGNATURE_WRONG" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_its_source_did_not_sign_is_quarantined_and_starts_no_search_for_a_copy(string how, string reason)
    {
        await using var bench = await StartAsync(out var keys);
        var (first, second) = (Signed(_network.Close("2012-04", ("network.cost", 5)), keys), _network.Close("2012-05", ("network.cost", 6)));
        await bench.AcceptAsItIsAsync(first);
        var before = (await bench.ViewAsync()).Knowledge;
        // A revision of what is held, and a number that is free: the two ways to move a figure.
        foreach (var target in new[] { second, first with { EventId = $"{Guid.NewGuid()}", Actor = "mallory" } })
            Assert.False(await bench.AcceptAsItIsAsync(Forge(target with { KeyId = "", Signature = "" }, first, how, keys)));

        Assert.Equal([reason, reason], (await bench.DeadLettersAsync()).Select(letter => letter.Reason));
        Assert.Equal((before, "5"), ((await bench.ViewAsync()).Knowledge, await bench.FigureAsync("network.cost", "2012-04")));
        Assert.Empty(await bench.ContradictedAsync("network"));
        Assert.True(await bench.AcceptAsItIsAsync(Signed(second, keys)));
    }

    [Fact]
    public async Task Every_field_is_signed()
    {
        await using var bench = await StartAsync(out var keys);
        var told = Signed(_network.Close("2012-04", ("network.cost", 5)), keys);
        var changes = Changes(told).ToList();
        var fields = typeof(PeriodEventPublished).GetProperties().Select(property => property.Name).Except([nameof(told.KeyId), nameof(told.Signature)]);
        Assert.Equal(fields.Order(), changes.Select(change => change.Field).Order());
        foreach (var (field, changed) in changes)
        {
            await bench.AcceptAsItIsAsync(changed);
            Assert.True((await bench.DeadLettersAsync())[^1].Reason is "SIGNATURE_WRONG" or "SIGNING_KEY_UNKNOWN", field);
        }

        Assert.Empty((await bench.ViewAsync()).Months);
        Assert.True(await bench.AcceptAsItIsAsync(told));
    }

    [Fact]
    public async Task A_redriven_dead_letter_is_verified_again()
    {
        await using var bench = await StartAsync(out _);
        await bench.AcceptAsItIsAsync(_network.Close("2012-04", ("network.cost", 5)));
        var letter = Assert.Single(await bench.DeadLettersAsync());
        var answer = await bench.Client.RedriveDeadLetterAsync(
            new RedriveDeadLetterRequest { RequestId = bench.NextRequest(), Number = letter.Number, Reason = "try it" }, Bench.Actor);
        Assert.Contains("SIGNATURE_MISSING", answer.Action.Outcome, StringComparison.Ordinal);
        Assert.Empty((await bench.ViewAsync()).Months);
    }

    [Fact]
    public async Task A_new_key_counts_when_its_file_is_there_and_events_of_the_old_one_stay()
    {
        await using var bench = await StartAsync(out var keys);
        await bench.AcceptAsItIsAsync(Signed(_network.Close("2012-04", ("network.cost", 5)), keys));
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var second = SourceKeys.Sign(_network.Close("2012-05", ("network.cost", 6)), next);
        Assert.False(await bench.AcceptAsItIsAsync(second));
        Assert.Equal("SIGNING_KEY_UNKNOWN", Assert.Single(await bench.DeadLettersAsync()).Reason);

        Write(keys.Folder, "network.2026", next);
        bench.Clock.Pass(TimeSpan.FromSeconds(2));
        Assert.True(await bench.AcceptAsItIsAsync(second));
        Assert.True(await bench.AcceptAsItIsAsync(Signed(_network.Close("2012-06", ("network.cost", 7)), keys)));
        Assert.Equal("18", await bench.FigureAsync("network.cost", "FY2012-Q1"));

        // A key whose file is gone is refused within a minute, though it was known.
        File.Delete(Path.Combine(keys.Folder, "network.pub.pem"));
        bench.Clock.Pass(TimeSpan.FromMinutes(1));
        Assert.False(await bench.AcceptAsItIsAsync(Signed(_network.Close("2012-07", ("network.cost", 8)), keys)));
    }

    [Theory]
    [InlineData("network", null)]
    [InlineData("atm", "SENDER_WRONG")]
    [InlineData("", "SENDER_WRONG")]
    public async Task The_user_of_the_broker_is_the_source(string sender, string? reason)
    {
        await using var bench = await StartAsync(out var keys);
        var told = Signed(_network.Close("2012-04", ("network.cost", 5)), keys);
        Assert.Equal(reason is null, await bench.AcceptAsItIsAsync(told, sender));
        Assert.Equal(reason is null ? [] : [reason], (await bench.DeadLettersAsync()).Select(letter => letter.Reason));
        // The event itself comes by request to its source.
        Assert.Equal(reason is not null, await bench.AcceptAsItIsAsync(told));
    }

    [Fact]
    public async Task A_message_of_another_sender_is_named_by_the_broker()
    {
        await using var bench = await StartAsync(out var keys);
        var settings = new BusSettings { Transport = "rabbitmq", Uri = broker.Uri.ToString() };
        await using var bus = await EventBus.StartAsync(settings, bench.Consume);
        await using var connection = await new ConnectionFactory { Uri = broker.Uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var envelope = new
        {
            MessageId = Guid.NewGuid(),
            MessageType = new[] { "urn:message:Iij.Contracts:PeriodEventPublished" },
            Message = Signed(_network.Close("2012-04", ("network.cost", 5)), keys),
        };
        await channel.BasicPublishAsync("period-events", "", mandatory: false, new BasicProperties { ContentType = Envelope.ContentType },
            JsonSerializer.SerializeToUtf8Bytes(envelope, JsonSerializerOptions.Web)); // names no user
        await ContractTests.UntilAsync(async () => (await bench.DeadLettersAsync()).Count == 1);
        Assert.Equal("SENDER_WRONG", Assert.Single(await bench.DeadLettersAsync()).Reason);
        await bus.PublishAsync(Signed(_network.Close("2012-05", ("network.cost", 6)), keys), CancellationToken.None);
        await ContractTests.UntilAsync(async () => (await bench.ViewAsync()).Knowledge == 1);
    }

    private static Task<Bench> StartAsync(out Keys keys)
    {
        var made = keys = new Keys(Directory.CreateTempSubdirectory("iij-signed-").FullName,
            ECDsa.Create(ECCurve.NamedCurves.nistP256), ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Write(made.Folder, "network", made.Network);
        Write(made.Folder, "atm", made.Atm);
        return Bench.StartAsync(new BusSettings(), change: settings => settings.Signing.PublicKeys = made.Folder);
    }

    private static void Write(string folder, string name, ECDsa key) =>
        File.WriteAllText(Path.Combine(folder, name + ".pub.pem"), key.ExportSubjectPublicKeyInfoPem());

    private static PeriodEventPublished Signed(PeriodEventPublished message, Keys keys) => SourceKeys.Sign(message, keys.Network);

    private static PeriodEventPublished Forge(PeriodEventPublished message, PeriodEventPublished other, string how, Keys keys)
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return how switch
        {
            "no signature" => message,
            "another source's key" => SourceKeys.Sign(message, keys.Atm) with { KeyId = other.KeyId },
            "a key of its own" => SourceKeys.Sign(message, stranger),
            "a signature that is no base64" => message with { KeyId = other.KeyId, Signature = "signed" },
            "a signature of another length" => message with { KeyId = other.KeyId, Signature = Convert.ToBase64String(new byte[72]) },
            _ => message with { KeyId = other.KeyId, Signature = other.Signature },
        };
    }

    private static IEnumerable<(string Field, PeriodEventPublished Changed)> Changes(PeriodEventPublished told) =>
    [
        (nameof(told.EventId), told with { EventId = $"{Guid.NewGuid()}" }), (nameof(told.Source), told with { Source = "atm" }),
        (nameof(told.Incarnation), told with { Incarnation = "life-2" }), (nameof(told.Transition), told with { Transition = "RolledForward" }),
        (nameof(told.Month), told with { Month = "2012-05" }), (nameof(told.Revision), told with { Revision = 2 }),
        (nameof(told.Sequence), told with { Sequence = 2 }), (nameof(told.PreviousSequence), told with { PreviousSequence = 1 }),
        (nameof(told.OccurredAt), told with { OccurredAt = told.OccurredAt + 1 }), (nameof(told.Actor), told with { Actor = "mallory" }),
        (nameof(told.Reason), told with { Reason = "none" }), (nameof(told.Schema), told with { Schema = told.Schema + "2" }),
        (nameof(told.Body), told with { Body = told.Body.Replace("5", "6", StringComparison.Ordinal) }),
        (nameof(told.Waivers), told with { Waivers = """[{"measure":"network.cost","reason":"none"}]""" }),
    ];

    private sealed record Keys(string Folder, ECDsa Network, ECDsa Atm);
}

using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>
/// This version's consumer with a producer of another version: what it understands it takes, and what it could only half understand it
/// dead-letters, where the gap stays open and the source can be asked for it again.
/// </summary>
public sealed class VersionTests
{
    private const string Cost = "\"costJpy\":\"5\"";
    private const string First = "{\"year\":2012,\"month\":12,\"day\":1}";

    private static readonly string _stored = Path.Combine(AppContext.BaseDirectory, "Stored", "v1");

    [Fact]
    public void An_envelope_with_more_than_this_version_knows_is_the_same_event()
    {
        var read = Wire("atm.Closed", (envelope, message) =>
        {
            envelope["priority"] = 7;
            envelope["headers"]!["trace"] = new JsonObject { ["id"] = "1" };
            envelope["messageType"]!.AsArray().Insert(0, "urn:message:Iij.Contracts.V2:PeriodEventPublished");
            message["approvals"] = new JsonArray(new JsonObject { ["actor"] = "bob" });
            message["segment"] = "east";
        });
        Assert.Equal(Wire("atm.Closed"), read);
    }

    [Fact]
    public void Another_type_of_message_is_not_taken_for_a_period_event() => Assert.Throws<InvalidDataException>(() =>
        Wire("atm.Closed", (envelope, _) => envelope["messageType"] = new JsonArray("urn:message:Iij.Contracts:PeriodEventWithdrawn")));

    [Fact]
    public async Task An_envelope_from_before_a_property_was_added_is_taken()
    {
        await using var bench = await Bench.StartAsync();
        foreach (var file in new[] { "atm.Closed", "atm.Reopened" })
            Assert.True(await bench.AcceptAsync(Lacking(file, "previousSequence", "reason")));
        Assert.Empty(await bench.DeadLettersAsync());
        var cell = await bench.CellAsync("atm", "2012-12");
        Assert.Equal((DataStatus.Impacted, 1), (cell.Status, cell.Revision));
        Assert.Equal("9007199254740993", await bench.FigureAsync("atm.cost", "2012-12"));
    }

    [Theory]
    [InlineData("source")]
    [InlineData("incarnation")]
    [InlineData("transition")]
    [InlineData("month")]
    [InlineData("revision")]
    [InlineData("sequence")]
    [InlineData("occurredAt")]
    [InlineData("schema")]
    [InlineData("body")]
    public Task An_envelope_without_what_every_version_had_is_unreadable(string property) =>
        UnreadableAsync(Lacking("atm.Closed", property));

    [Fact]
    public async Task A_transition_of_a_newer_producer_is_put_aside_and_the_period_is_not_complete_without_it()
    {
        await using var bench = await Bench.StartAsync();
        var atm = new Events("atm");
        foreach (var close in Events.CloseAll("2012-04", "atm"))
            await bench.AcceptAsync(close);
        await bench.AcceptAsync(atm.CloseFull("2012-04", ("atm.cost", 5)));
        Assert.Equal(ViewState.Complete, await bench.StateAsync("2012-04"));
        await bench.AcceptAsync(atm.Tell("2012-04", "Archived"));
        await bench.AcceptAsync(atm.Tell("2012-05", "Prepared"));
        Assert.Equal("UNREADABLE", Assert.Single(await bench.DeadLettersAsync()).Reason);
        Assert.Equal([2L], (await bench.SourceAsync("atm")).Missing.Select(range => range.First));
        Assert.Equal(ViewState.Provisional, await bench.StateAsync("2012-04"));
        Assert.Equal("5", await bench.FigureAsync("atm.cost", "2012-04"));
    }

    [Fact]
    public async Task A_measure_of_a_newer_producer_is_passed_over_and_its_text_is_kept_byte_for_byte()
    {
        await using var bench = await Bench.StartAsync();
        // Other spaces, escapes and order than this version would write: what is kept is what was sent.
        const string Body = "{ \"refundsJpy\" :\"7\",\n\t\"costJpy\": \"5\", \"byShop\":[{\"shop\":\"\\u5e97 店\",\"amount\":\"1\"}] , \"sgaJpy\":6}\n";
        await bench.AcceptAsync(Atm(Body));
        Assert.Empty(await bench.DeadLettersAsync());
        Assert.Equal(Body, await bench.BodyAsync("atm", 4));
        Assert.Equal(["5", "6", nameof(Figure.OutcomeOneofCase.Missing)], new[]
        {
            await bench.FigureAsync("atm.cost", "2012-12"), await bench.FigureAsync("atm.sga", "2012-12"),
            await bench.FigureAsync("atm.revenue.commission", "2012-12"),
        });
    }

    [Theory]
    [InlineData("atm", "{\"placedByDate\":[{\"date\":" + First + ",\"amount\":\"5\",\"site\":\"Tokyo\"}]," + Cost + "}")]
    [InlineData("atm", "{\"placedByDate\":[{\"date\":" + First + ",\"decimalAmount\":{\"unscaled\":\"5\"}}]," + Cost + "}")]
    [InlineData("atm", "{\"placedByDate\":[{\"date\":{\"year\":2012,\"month\":12,\"day\":1,\"era\":2},\"amount\":\"5\"}]}")]
    [InlineData("group", "{\"balance\":[{\"item\":\"cash\",\"amount\":\"5\",\"currency\":\"USD\"}]}")]
    [InlineData("group", "{\"targets\":[{\"item\":\"sga\",\"fiscalYear\":\"FY2012\",\"value\":{\"unscaled\":\"1\",\"exponent\":3}}]}")]
    [InlineData("group", "{\"targets\":[{\"item\":\"sga\",\"value\":{\"unscaled\":\"1\"},\"withdrawn\":true}]}")]
    public Task An_element_that_says_more_than_this_version_knows_is_unreadable(string source, string body) =>
        UnreadableAsync(Of(source, body)); // 5 of what? In dollars, in thousands, withdrawn: the amount may be another one.

    [Theory]
    [InlineData("{" + Cost + ",\"placedByDate\":[{\"date\":" + First + "}]}")] // the amount before it would stand on
    [InlineData("{\"costJpy\":9007199254740993}")] // read as …992
    [InlineData("{\"costJpy\":-9007199254740993}")]
    [InlineData("{\"placedByDate\":[{\"date\":" + First + ",\"amount\":9007199254740993}]}")]
    [InlineData("{\"costJpy\":5.5}")]
    [InlineData("{\"costJpy\":{\"amount\":\"5\"}}")]
    [InlineData("{\"costJpy\":\"5\",\"cost_jpy\":\"6\"}")]
    [InlineData("{\"costJpy\":\"5\",\"costJpy\":\"6\"}")]
    public Task An_amount_that_is_not_what_was_written_is_unreadable(string body) => UnreadableAsync(Atm(body));

    [Fact]
    public async Task Text_that_no_encoding_has_and_depth_without_end_hinder_no_neighbour()
    {
        await UnreadableAsync(Of("group", "{\"balance\":[{\"item\":\"\\ud800\",\"amount\":\"1\"}]}"));
        await UnreadableAsync(Of("group", "{\"balance\":[{\"item\":\"cash\",\"amount\":\"\\udc00\"}]}"));
        await UnreadableAsync(Atm("{\"later\":" + new string('[', 100_000) + new string(']', 100_000) + "}"));
    }

    [Fact]
    public async Task An_amount_that_is_absent_is_missing_and_never_zero()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(Atm("{\"costJpy\":null,\"sgaJpy\":\"0\"}"));
        await bench.AcceptAsync(Of("group", "{\"balance\":[{\"item\":\"cash\"},{\"item\":\"total_assets\",\"amount\":\"5\"}]}"));
        Assert.Empty(await bench.DeadLettersAsync());
        string[] lines = ["atm.cost", "atm.withdrawals", "atm.sga", "group.balance.cash", "group.balance.total_assets"];
        var figures = new List<string>();
        foreach (var line in lines)
            figures.Add(await bench.FigureAsync(line, "2012-12", unit: line == "atm.withdrawals" ? Unit.Count : Unit.Jpy));
        Assert.Equal(["Missing", "Missing", "0", "Missing", "5"], figures);
    }

    [Fact]
    public void A_number_that_is_read_exactly_is_an_amount()
    {
        var facts = Fact.Of(MeasureCatalog.Parse(Statements.Schemas["atm"].FullName, "{\"costJpy\":9007199254740991,\"sgaJpy\":-1e3}")!);
        Assert.Equal([9_007_199_254_740_991, -1_000], facts.Select(fact => fact.Unscaled));
    }

    [Fact]
    public void What_this_version_writes_it_reads_whole() => Seeded.Check(50, random =>
    {
        foreach (var (source, schema) in Statements.Schemas)
        {
            var (body, _) = Statements.Random(source, Story.First, random);
            Assert.Equal(JsonParser.Default.Parse(body, schema), MeasureCatalog.Parse(schema.FullName, body));
        }
    });

    private static async Task UnreadableAsync(PeriodEventPublished message)
    {
        await using var bench = await Bench.StartAsync();
        var neighbour = new Events("network").Close("2012-12", ("network.cost", 1));
        await bench.AcceptAsync([message, neighbour]);
        Assert.Equal("UNREADABLE", Assert.Single(await bench.DeadLettersAsync()).Reason);
        // The whole text is kept there too, and nothing of it is in a figure.
        Assert.Equal(message.Body ?? "", JsonNode.Parse((await bench.AsideAsync())!)!["Body"]!.GetValue<string>());
        Assert.Equal(1, (await bench.ViewAsync()).Knowledge);
    }

    private static PeriodEventPublished Atm(string body) => Of("atm", body);

    private static PeriodEventPublished Of(string source, string body) =>
        Wire($"{source}.Closed", (_, message) => message["body"] = body);

    private static PeriodEventPublished Lacking(string file, params string[] properties) => Wire(file, (_, message) =>
        Assert.All(properties, property => Assert.True(message.Remove(property))));

    private static PeriodEventPublished Wire(string file, Action<JsonObject, JsonObject>? change = null)
    {
        var envelope = JsonNode.Parse(File.ReadAllBytes(Path.Combine(_stored, file + ".json")))!.AsObject();
        change?.Invoke(envelope, envelope["message"]!.AsObject());
        return Envelope.Read(Encoding.UTF8.GetBytes(envelope.ToJsonString()));
    }
}

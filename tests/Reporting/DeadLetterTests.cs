using Grpc.Core;
using Iij.Platform;
using Iij.Reporting.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>A dead letter is listed, inspected, redriven or discarded, and every act is kept; on both engines.</summary>
public sealed class DeadLetterTests(PostgresDatabase postgres) : IClassFixture<PostgresDatabase>
{
    private readonly Events _atm = new("atm");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_letter_is_discarded_once_and_stays_readable(bool onPostgres)
    {
        await using var bench = await Bench.StartAsync(onPostgres ? postgres.ConnectionString : "");
        var broken = _atm.Close("2012-04") with { Body = "broken" };
        await bench.AcceptAsync(broken);
        var open = Assert.Single(await bench.DeadLettersAsync(DeadLetterState.Open), letter => letter.EventId == broken.EventId);
        var answer = await bench.Client.DiscardDeadLetterAsync(
            new() { RequestId = bench.NextRequest(), Number = open.Number, Reason = "known" }, Bench.Actor);
        Assert.Equal((DeadLetterState.Discarded, "Discarded", "accountant", "known"),
            (answer.Letter.State, answer.Action.Kind, answer.Action.Actor, answer.Action.Reason));
        Assert.DoesNotContain(await bench.DeadLettersAsync(DeadLetterState.Open), letter => letter.Number == open.Number);
        var whole = await bench.Client.GetDeadLetterAsync(new() { Number = open.Number });
        Assert.Contains("\"broken\"", whole.Message, StringComparison.Ordinal);
        Assert.Equal(answer.Action, Assert.Single(whole.Actions));
        Assert.Equal("DEAD_LETTER_SETTLED", await ReasonAsync(bench.Client.RedriveDeadLetterAsync(
            new() { RequestId = bench.NextRequest(), Number = open.Number, Reason = "again" }, Bench.Actor)));
    }

    [Fact]
    public async Task What_is_still_refused_stays_open_and_the_attempt_is_kept()
    {
        await using var bench = await Bench.StartAsync();
        var held = _atm.Close("2012-04", ("atm.cost", 5));
        await bench.AcceptAsync([held, held with { EventId = Guid.NewGuid().ToString() }]);
        var letter = Assert.Single(await bench.DeadLettersAsync());
        var request = new RedriveDeadLetterRequest { RequestId = bench.NextRequest(), Number = letter.Number, Reason = "a try" };
        var answer = await bench.Client.RedriveDeadLetterAsync(request, Bench.Actor);
        Assert.Equal((DeadLetterState.Open, "Refused"), (answer.Letter.State, answer.Action.Kind));
        Assert.StartsWith("CONTRADICTS_FACT: ", answer.Action.Outcome, StringComparison.Ordinal);
        Assert.Equal(answer, await bench.Client.RedriveDeadLetterAsync(request, Bench.Actor));
        Assert.Single((await bench.Client.GetDeadLetterAsync(new() { Number = letter.Number })).Actions);
        Assert.Equal("5", await bench.FigureAsync("atm.cost", "2012-04"));
    }

    [Fact]
    public async Task What_the_broker_gave_up_on_is_redriven_out_of_its_envelope()
    {
        await using var bench = await Bench.StartAsync();
        var close = SourceKeys.Sign(_atm.Close("2012-04", ("atm.cost", 7)));
        var envelope = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
            new { messageId = close.EventId, message = close }, System.Text.Json.JsonSerializerOptions.Web);
        await bench.TakeDeadAsync(new DeadMessage(envelope, "the broker gave up: delivery_limit, 6 times"));
        await bench.TakeDeadAsync(new DeadMessage(envelope, "again"));
        var letter = Assert.Single(await bench.DeadLettersAsync());
        Assert.Equal(("UNDELIVERABLE", "atm", close.Sequence, close.EventId), (letter.Reason, letter.Source, letter.Sequence, letter.EventId));
        var answer = await bench.Client.RedriveDeadLetterAsync(
            new() { RequestId = bench.NextRequest(), Number = letter.Number, Reason = "the fault is mended" }, Bench.Actor);
        Assert.Equal((DeadLetterState.Redriven, "Redriven", ""), (answer.Letter.State, answer.Action.Kind, answer.Action.Outcome));
        Assert.Equal("7", await bench.FigureAsync("atm.cost", "2012-04"));
        Assert.Empty(await bench.DeadLettersAsync(DeadLetterState.Open));
        Assert.Single(await bench.DeadLettersAsync(DeadLetterState.Redriven));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task A_letter_settles_by_itself_when_its_event_is_stored_by_another_way(bool onPostgres, bool letterFirst)
    {
        await using var bench = await Bench.StartAsync(onPostgres ? postgres.ConnectionString : "");
        var source = new Events("cloud", $"life-{Guid.NewGuid()}");
        var (close, other) = (SourceKeys.Sign(source.Close("2012-04", ("cloud.capex", 7))), source.Close("2012-05", ("cloud.capex", 8)));
        var forged = SourceKeys.Sign(close with { Actor = "another" });
        foreach (var step in letterFirst ? new[] { true, false } : [false, true])
        {
            if (step)
                await TakeAsync(bench, close, forged);
            else
                await bench.AcceptAsync([close, other]);
        }

        var letters = (await bench.DeadLettersAsync()).Where(letter => letter.EventId == close.EventId).ToList();
        Assert.Equal([DeadLetterState.Arrived, DeadLetterState.Open], letters.Select(letter => letter.State));
        var action = Assert.Single((await bench.Client.GetDeadLetterAsync(new() { Number = letters[0].Number })).Actions);
        Assert.Equal(("Arrived", "reporting"), (action.Kind, action.Actor));
        Assert.Equal("DEAD_LETTER_SETTLED", await ReasonAsync(bench.Client.DiscardDeadLetterAsync(
            new() { RequestId = NewId(), Number = letters[0].Number, Reason = "again" }, Bench.Actor)));
        await bench.Client.DiscardDeadLettersAsync(new() { RequestId = NewId(), Reason = "the end of a test" }, Bench.Actor);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_letters_are_redriven_and_discarded_by_their_reason_and_source(bool onPostgres)
    {
        await using var bench = await Bench.StartAsync(onPostgres ? postgres.ConnectionString : "");
        await bench.Client.DiscardDeadLettersAsync(new() { RequestId = NewId(), Reason = "left by others", LettersMax = 1_000 }, Bench.Actor);
        var (network, backlog) = (new Events("network", $"life-{Guid.NewGuid()}"), new Events("backlog", $"life-{Guid.NewGuid()}"));
        var sound = Enumerable.Range(4, 5).Select(month => SourceKeys.Sign(network.Close($"2012-0{month}", ("network.cost", month)))).ToArray();
        await TakeAsync(bench, sound);
        await TakeAsync(bench, SourceKeys.Sign(network.Close("2012-09") with { Body = "broken" }), SourceKeys.Sign(backlog.Close("2012-04")));
        var counts = (await bench.Client.GetDeadLetterCountsAsync(new())).Counts;
        Assert.Equal(["UNDELIVERABLE network 6", "UNDELIVERABLE backlog 1"], counts.Select(one => $"{one.Reason} {one.Source} {one.Open}"));

        var filter = new DeadLetterFilter { Reason = "UNDELIVERABLE", Source = "network" };
        Assert.Equal(6, (await bench.Client.ListDeadLettersAsync(new() { State = DeadLetterState.Open, Filter = filter })).Letters.Count);
        var request = new RedriveDeadLettersRequest { RequestId = NewId(), Filter = filter, LettersMax = 4, Reason = "the broker is back" };
        var first = await bench.Client.RedriveDeadLettersAsync(request, Bench.Actor);
        Assert.Equal((4, 2L), (first.Letters.Count, first.Left));
        Assert.All(first.Letters, one => Assert.Equal(DeadLetterState.Redriven, one.Letter.State));
        Assert.All(first.Letters, one => Assert.Equal(("Redriven", "accountant"), (one.Action.Kind, one.Action.Actor)));
        Assert.Equal(first, await bench.Client.RedriveDeadLettersAsync(request, Bench.Actor));
        var rest = await bench.Client.RedriveDeadLettersAsync(new(request)
        {
            RequestId = NewId(), AfterNumber = first.Letters[^1].Letter.Number,
        }, Bench.Actor);
        Assert.Equal([DeadLetterState.Redriven, DeadLetterState.Open], rest.Letters.Select(one => one.Letter.State));
        Assert.StartsWith("UNREADABLE: ", rest.Letters[1].Action.Outcome, StringComparison.Ordinal);
        Assert.Equal(0, rest.Left);

        var discarded = await bench.Client.DiscardDeadLettersAsync(
            new() { RequestId = NewId(), Filter = filter, Reason = "it was never sound" }, Bench.Actor);
        Assert.Equal(DeadLetterState.Discarded, Assert.Single(discarded.Letters).Letter.State);
        Assert.Equal("backlog", Assert.Single((await bench.Client.GetDeadLetterCountsAsync(new())).Counts).Source);
        Assert.Equal("FIELD_INVALID", await ReasonAsync(bench.Client.DiscardDeadLettersAsync(
            new() { RequestId = NewId(), Reason = "x", LettersMax = 1_001 }, Bench.Actor)));
    }

    private static string NewId() => Guid.NewGuid().ToString(); // the tests share a database

    private static async Task TakeAsync(Bench bench, params Contracts.PeriodEventPublished[] messages)
    {
        foreach (var message in messages)
        {
            var envelope = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                new { messageId = message.EventId, message }, System.Text.Json.JsonSerializerOptions.Web);
            await bench.TakeDeadAsync(new DeadMessage(envelope, "the broker gave up: delivery_limit, 6 times"));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00 })]
    [InlineData(new byte[] { (byte)'{', 0, (byte)'}' })]
    [InlineData(new byte[0])]
    public async Task Bytes_that_are_no_message_are_kept_and_can_be_discarded_on_PostgreSQL(byte[] body)
    {
        await using var bench = await Bench.StartAsync(postgres.ConnectionString);
        await bench.TakeDeadAsync(new DeadMessage(body, "rejected"));
        var letter = (await bench.DeadLettersAsync(DeadLetterState.Open))[^1];
        var redriven = await bench.Client.RedriveDeadLetterAsync(
            new() { RequestId = Guid.NewGuid().ToString(), Number = letter.Number, Reason = "a try" }, Bench.Actor);
        Assert.Equal("UNREADABLE: it is not a period event", redriven.Action.Outcome);
        var whole = await bench.Client.GetDeadLetterAsync(new() { Number = letter.Number });
        Assert.Equal(body.Length == 0 ? "" : $"base64:{Convert.ToBase64String(body)}", whole.Message);
        await bench.Client.DiscardDeadLetterAsync(
            new() { RequestId = Guid.NewGuid().ToString(), Number = letter.Number, Reason = "noise" }, Bench.Actor);
    }

    [Fact]
    public async Task A_number_that_there_is_not_is_refused()
    {
        await using var bench = await Bench.StartAsync();
        Assert.Equal("DEAD_LETTER_UNKNOWN", await ReasonAsync(bench.Client.GetDeadLetterAsync(new() { Number = 3 })));
        Assert.Equal("DEAD_LETTER_UNKNOWN", await ReasonAsync(bench.Client.DiscardDeadLetterAsync(
            new() { RequestId = "r", Number = 3, Reason = "none" }, Bench.Actor)));
    }

    private static async Task<string> ReasonAsync<T>(AsyncUnaryCall<T> call) => (await Bench.RefusedAsync(call.ResponseAsync)).Reason;
}

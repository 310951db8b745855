using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>What reporting has not received it asks the sources for, over real gRPC.</summary>
public sealed class GapFillerTests : IAsyncLifetime
{
    private readonly Events _atm = new("atm");
    private FakePeer _peer = null!;
    private Bench _bench = null!;

    public async Task InitializeAsync()
    {
        _peer = await FakePeer.StartAsync("atm");
        _bench = await Bench.StartAsync("", ("atm", _peer.Address));
        for (var n = 1; n <= 10; n++)
            _peer.Events.Add(_atm.Close($"2012-{n:D2}", ("atm.cost", n)));
    }

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _peer.DisposeAsync();
    }

    [Fact]
    public async Task A_gap_is_filled_page_by_page_from_the_first_hole()
    {
        _peer.PageMax = 3;
        await _bench.AcceptAsync([_atm[1], _atm[2], _atm[5], _atm[9]]);
        Assert.Equal([(3L, 4L), (6L, 8L)], (await _bench.SourceAsync("atm")).Missing.Select(range => (range.First, range.Last)));
        var answer = await FillAsync();
        Assert.Equal(6, answer.EventsReceived);
        Assert.Equal([8L, 2L, 5L, 8L], _peer.AskedAfter); // first whether it still knows the last one held
        var source = answer.Sources.Single(known => known.Source == "atm");
        Assert.Equal((0, 10L, ""), (source.Missing.Count, source.LastSequence, source.LastError));
        Assert.Equal(_bench.Clock.Now, source.LastAskedAt.ToDateTimeOffset());
        Assert.Equal("15", await _bench.FigureAsync("atm.cost", "FY2012-Q1"));
        Assert.Equal(0, (await FillAsync()).EventsReceived);
        Assert.Equal(5, _peer.AskedAfter.Count);
    }

    [Fact]
    public async Task A_gap_that_shows_is_filled_at_once()
    {
        await using var bench = await Bench.StartAsync(
            new Platform.BusSettings(), peers: [("atm", _peer.Address)], change: settings => settings.FillGaps = true);
        await ContractTests.UntilAsync(async () => (await bench.SourceAsync("atm")).LastSequence == 10); // it asks when it starts
        for (var n = 1; n <= 3; n++)
            _peer.Events.Add(_atm.Close("2013-01", ("atm.cost", n)));
        await bench.AcceptAsync(_atm[13]);
        await ContractTests.UntilAsync(async () => (await bench.SourceAsync("atm")) is { LastSequence: 13, Missing.Count: 0 }, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_pulled_view_is_the_published_view()
    {
        await FillAsync();
        await using var other = await Bench.StartAsync();
        await other.AcceptAsync(_atm.All);
        Assert.Equal((await other.ViewAsync()).Digest, (await _bench.ViewAsync()).Digest);
        Assert.All(await _bench.AcceptAsync(_atm.All), Assert.False);
        Assert.Empty(await _bench.DeadLettersAsync());
    }

    [Fact]
    public async Task A_source_that_is_down_is_shown_and_asked_again()
    {
        _peer.Down = true;
        var source = (await FillAsync()).Sources.Single(known => known.Source == "atm");
        Assert.Equal("Unavailable: the books are being moved", source.LastError);
        _peer.Down = false;
        source = (await FillAsync()).Sources.Single(known => known.Source == "atm");
        Assert.Equal(("", 10L), (source.LastError, source.LastSequence));
    }

    [Fact]
    public async Task A_peer_that_answers_as_another_source_is_refused()
    {
        _peer.Name = "cloud";
        Assert.Contains("the address of atm answers as cloud", await ErrorAsync(), StringComparison.Ordinal);
        _peer.Name = "atm";
        _peer.Spoil = e => e.Source = "cloud";
        Assert.Contains("cloud", await ErrorAsync(), StringComparison.Ordinal);
        Assert.Empty((await _bench.ViewAsync()).Months);
    }

    [Fact]
    public async Task A_peer_that_serves_one_page_for_ever_is_left()
    {
        (_peer.PageMax, _peer.Stuck) = (3, true);
        var filling = FillAsync();
        Assert.Same(filling, await Task.WhenAny(filling, Task.Delay(TimeSpan.FromSeconds(30))));
        Assert.NotEqual("", (await filling).Sources.Single(known => known.Source == "atm").LastError);
    }

    [Fact]
    public async Task One_unreadable_event_does_not_hold_up_the_rest()
    {
        _peer.PageMax = 4;
        _peer.Spoil = e =>
        {
            if (e.Sequence == 2)
                e.Body = "{\"placedByDate\":[{\"amount\":\"1\"}]}";
            if (e.Sequence == 3)
                e.Month = null;
            if (e.Sequence == 6)
                e.OccurredAt = null;
        };
        var answer = await FillAsync();
        var source = answer.Sources.Single(known => known.Source == "atm");
        Assert.Equal((7L, ""), (answer.EventsReceived, source.LastError));
        Assert.Equal([(2L, 3L), (6L, 6L)], source.Missing.Select(range => (range.First, range.Last)));
        Assert.Equal(3, (await _bench.DeadLettersAsync()).Count);
        await FillAsync();
        Assert.Equal(3, (await _bench.DeadLettersAsync()).Count);
        // Once the source serves it readably, the gap closes.
        _peer.Spoil = null;
        Assert.Equal(3, (await FillAsync()).EventsReceived);
    }

    [Fact]
    public async Task Large_statements_are_pulled_too()
    {
        for (var n = 0; n < 600; n++)
        {
            var close = _atm.Close("2013-01", ("atm.cost", n));
            _peer.Events.Add(close with { Body = "{\"padding\":\"" + new string('x', 20_000) + "\"," + close.Body.TrimStart('{', ' ') });
        }

        Assert.Equal(610, (await FillAsync()).EventsReceived);
    }

    [Fact]
    public async Task A_source_that_lost_events_is_shown_a_witness_and_held_under_a_new_incarnation()
    {
        await FillAsync();
        _peer.Events.RemoveRange(4, 6);
        Assert.Equal(4, (await FillAsync()).EventsReceived);
        Assert.Equal((10L, _atm[10].EventId), (Assert.Single(_peer.Witnesses).Sequence, _peer.Witnesses[0].EventId));
        var source = await _bench.SourceAsync("atm");
        Assert.Equal(("life-1", "life-1+", ""), (source.Incarnation, Assert.Single(source.HeldIncarnations), source.LastError));
    }

    [Fact]
    public async Task A_copy_that_went_on_and_gave_numbers_a_second_time_is_found_out()
    {
        await FillAsync();
        for (var n = 8; n <= 12; n++)
            _peer.Events.RemoveAll(e => e.Sequence == n);
        for (var n = 8; n <= 12; n++)
            _peer.Events.Add(_atm[5] with { Sequence = n, EventId = Guid.NewGuid().ToString(), Month = "2013-01", Revision = n });
        await FillAsync();
        Assert.Equal(10, Assert.Single(_peer.Witnesses).Sequence);
        Assert.Equal(["life-1+"], (await _bench.SourceAsync("atm")).HeldIncarnations);
        Assert.Equal("15", await _bench.FigureAsync("atm.cost", "FY2012-Q1"));
    }

    [Fact]
    public async Task A_copy_that_is_known_only_by_a_contradiction_is_found_out()
    {
        await FillAsync();
        // Event 11 of the copy came before its event 7, and is the last one held; only 7 gives it away.
        var copied = _atm[5] with { Sequence = 7, EventId = Guid.NewGuid().ToString(), Month = "2013-01", Revision = 7 };
        _peer.Events.RemoveAll(e => e.Sequence == 7);
        _peer.Events.AddRange([copied, _atm[5] with { Sequence = 11, EventId = Guid.NewGuid().ToString(), Month = "2013-02", Revision = 8 }]);
        await FillAsync();
        Assert.Empty(_peer.Witnesses);
        await _bench.AcceptAsync(copied);
        await FillAsync();
        Assert.Equal((7L, _atm[7].EventId), (Assert.Single(_peer.Witnesses).Sequence, _peer.Witnesses[0].EventId));
    }

    [Fact]
    public async Task A_forged_contradiction_ends_no_incarnation()
    {
        await FillAsync();
        await _bench.AcceptAsync(_atm[7] with { EventId = Guid.NewGuid().ToString() });
        await FillAsync();
        Assert.Equal("CONTRADICTS_FACT", Assert.Single(await _bench.DeadLettersAsync()).Reason);
        Assert.Empty(_peer.Witnesses);
    }

    [Fact]
    public async Task What_comes_in_while_a_source_is_asked_is_no_event_that_it_does_not_know()
    {
        await FillAsync();
        _peer.Meanwhile = async () =>
        {
            _peer.Events.Add(_atm.Close("2012-11", ("atm.cost", 11)));
            await _bench.AcceptAsync(_atm[11]);
        };
        Assert.Equal("", (await FillAsync()).Sources.Single(known => known.Source == "atm").LastError);
        Assert.Empty(_peer.Witnesses);
    }

    [Fact]
    public async Task A_restored_source_is_pulled_whole_and_held()
    {
        await FillAsync();
        _peer.Events.RemoveRange(4, 6);
        _peer.Incarnation = "life-2";
        Assert.Equal(4, (await FillAsync()).EventsReceived);
        var source = await _bench.SourceAsync("atm");
        Assert.Equal(("life-1", 10L), (source.Incarnation, source.LastSequence));
        Assert.Equal(["life-2"], source.HeldIncarnations);
        Assert.Equal("15", await _bench.FigureAsync("atm.cost", "FY2012-Q1"));
    }

    private Task<FillGapsResponse> FillAsync() => _bench.Client.FillGapsAsync(new FillGapsRequest()).ResponseAsync;

    private async Task<string> ErrorAsync() => (await FillAsync()).Sources.Single(known => known.Source == "atm").LastError;
}

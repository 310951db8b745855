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
        Assert.Equal([2L, 5L, 8L], _peer.AskedAfter);
        var source = answer.Sources.Single(known => known.Source == "atm");
        Assert.Equal((0, 10L, ""), (source.Missing.Count, source.LastSequence, source.LastError));
        Assert.Equal(_bench.Clock.Now, source.LastAskedAt.ToDateTimeOffset());
        Assert.Equal("15", await _bench.FigureAsync("atm.cost", "FY2012-Q1"));
        Assert.Equal(0, (await FillAsync()).EventsReceived);
        Assert.Equal(3, _peer.AskedAfter.Count);
    }

    [Fact]
    public async Task The_pulled_view_is_the_published_view()
    {
        await FillAsync();
        await using var other = await Bench.StartAsync();
        await other.AcceptAsync(_atm.All);
        Assert.Equal((await other.ViewAsync()).Digest, (await _bench.ViewAsync()).Digest);
        Assert.All(await _bench.AcceptAsync(_atm.All), Assert.False);
        Assert.Empty(await _bench.QuarantineAsync());
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
        Assert.Same(filling, await Task.WhenAny(filling, Task.Delay(TimeSpan.FromSeconds(5))));
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
        Assert.Equal(3, (await _bench.QuarantineAsync()).Count);
        await FillAsync();
        Assert.Equal(3, (await _bench.QuarantineAsync()).Count);
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
    public async Task A_source_that_lost_events_under_its_old_incarnation_is_shown()
    {
        await FillAsync();
        _peer.Events.RemoveRange(4, 6);
        Assert.Contains("restored", await ErrorAsync(), StringComparison.Ordinal);
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

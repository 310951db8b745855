using Google.Protobuf.WellKnownTypes;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>The second clock: what was known with a number, or at a moment.</summary>
public sealed class AsOfTests : IAsyncLifetime
{
    private readonly Events _atm = new("atm");
    private readonly List<DateTimeOffset> _moments = [];
    private Bench _bench = null!;

    public async Task InitializeAsync()
    {
        _bench = await Bench.StartAsync();
        foreach (var cost in new[] { 5, 6, 7 })
        {
            _moments.Add(_bench.Clock.Now);
            await _bench.AcceptAsync(_atm.CloseFull("2012-04", ("atm.cost", cost)));
            _bench.Clock.Now = _bench.Clock.Now.AddMinutes(1);
        }
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task A_figure_is_what_was_known_with_that_number()
    {
        string[] expected = ["Missing", "5", "6", "7"];
        for (var knowledge = 0; knowledge <= 3; knowledge++)
            Assert.Equal(expected[knowledge], await _bench.FigureAsync("atm.cost", "2012-04", new AsOf { Knowledge = knowledge }));
        Assert.Equal("7", await _bench.FigureAsync("atm.cost", "2012-04", new AsOf()));
        foreach (var unknown in new[] { -1L, 4L })
        {
            var refused = await Bench.RefusedAsync(_bench.FigureAsync("atm.cost", "2012-04", new AsOf { Knowledge = unknown }));
            Assert.Equal("FIELD_INVALID", refused.Reason);
        }
    }

    [Fact]
    public async Task A_moment_that_is_asked_for_again_is_not_folded_again()
    {
        var (_, view) = await _bench.Views.GetAsync(new AsOf { Knowledge = 2 }, CancellationToken.None);
        await _bench.AcceptAsync(_atm.CloseFull("2012-05", ("atm.cost", 8)));
        Assert.Same(view, (await _bench.Views.GetAsync(new AsOf { Knowledge = 2 }, CancellationToken.None)).View);
        Assert.Same(view, (await _bench.Views.GetAsync(new AsOf { Time = Timestamp.FromDateTimeOffset(_moments[1]) }, CancellationToken.None)).View);
        Assert.Equal(2, view.Knowledge);
    }

    [Fact]
    public async Task A_figure_is_what_was_known_at_that_moment()
    {
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal($"{5 + n}", await AtAsync(_moments[n]));
            Assert.Equal(n == 0 ? "Missing" : $"{4 + n}", await AtAsync(_moments[n].AddMicroseconds(-1)));
        }

        Assert.Equal("7", await AtAsync(_moments[2].AddYears(50)));
    }

    [Fact]
    public async Task A_moment_that_is_none_is_refused()
    {
        var asOf = new AsOf { Time = new Timestamp { Seconds = long.MaxValue } };
        Assert.Equal("FIELD_INVALID", (await Bench.RefusedAsync(_bench.FigureAsync("atm.cost", "2012-04", asOf))).Reason);
        asOf = new AsOf { Time = new Timestamp { Nanos = -1 } };
        Assert.Equal("FIELD_INVALID", (await Bench.RefusedAsync(_bench.FigureAsync("atm.cost", "2012-04", asOf))).Reason);
    }

    [Fact]
    public async Task The_past_has_its_own_state_digest_and_status()
    {
        await _bench.AcceptAsync(Events.CloseAll("2012-04", "atm"));
        var complete = (await _bench.ViewAsync()).Knowledge;
        var digest = await DigestAsync(new AsOf { Knowledge = complete });
        var signed = (await _bench.SignOffAsync("2012-04")).Knowledge;
        await _bench.AcceptAsync(_atm.CloseFull("2012-04", ("atm.cost", 8)));
        Assert.Equal((complete, complete + 2), (signed, (await _bench.ViewAsync()).Knowledge));
        Assert.Equal(ViewState.Complete, await StateAsync(complete));
        Assert.Equal(ViewState.Complete, await StateAsync(complete + 1)); // prepared, and nobody has approved it
        Assert.Equal(digest, await DigestAsync(new AsOf { Knowledge = complete }));
        Assert.Equal(digest, await DigestAsync(new AsOf { Knowledge = complete + 1 }));
        Assert.NotEqual(digest, await DigestAsync(null));
        var request = new ListDataStatusRequest { Period = "2012-04", AsOf = new AsOf { Knowledge = 2 } };
        var cells = (await _bench.Client.ListDataStatusAsync(request)).Cells;
        Assert.Equal([(DataStatus.Received, 2)], cells.Where(cell => cell.Source == "atm").Select(cell => (cell.Status, cell.Revision)));
        Assert.Equal(4, cells.Count(cell => cell.Status == DataStatus.NotReceived));
    }

    [Fact]
    public async Task A_sign_off_sent_twice_is_one_sign_off()
    {
        await _bench.AcceptAsync(Events.CloseAll("2012-04", "atm"));
        var request = new SignOffPeriodRequest { RequestId = "once", Period = "2012-04" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 5)
            .Select(_ => _bench.Client.SignOffPeriodAsync(request, Bench.Actor).ResponseAsync));
        Assert.Single(answers.Select(answer => answer.Knowledge).Distinct());
        Assert.Equal(answers[0].Knowledge + 1, (await _bench.ViewAsync()).Knowledge);
        request.Period = "2012-05";
        var reused = _bench.Client.SignOffPeriodAsync(request, Bench.Actor).ResponseAsync;
        Assert.Equal("REQUEST_ID_REUSED", (await Bench.RefusedAsync(reused)).Reason);
        Assert.Equal("ACTOR_MISSING", (await Bench.RefusedAsync(_bench.Client.SignOffPeriodAsync(request).ResponseAsync)).Reason);
    }

    [Fact]
    public async Task Readers_beside_writers_see_whole_transactions()
    {
        // One batch a month for every source: a reader sees all five of a batch or none.
        var writing = Task.Run(async () =>
        {
            for (var month = 1; month <= 12; month++)
                await Task.WhenAll(Statements.Schemas.Keys.Where(source => source != "atm").Select(source =>
                    _bench.AcceptAsync(new Events(source).Close($"2013-{month:D2}") with { Sequence = month })));
        });
        long last = 0;
        while (!writing.IsCompleted)
        {
            var view = await _bench.ViewAsync();
            Assert.True(view.Knowledge >= last);
            last = view.Knowledge;
            Assert.Equal(view.Knowledge, view.Sources.Values.Sum(source => source.Events.Count));
        }

        await writing;
        Assert.Equal(3 + 48, (await _bench.ViewAsync()).Knowledge);
    }

    private Task<string> AtAsync(DateTimeOffset moment) =>
        _bench.FigureAsync("atm.cost", "2012-04", new AsOf { Time = Timestamp.FromDateTimeOffset(moment) });

    private async Task<ViewState> StateAsync(long knowledge) =>
        (await _bench.Client.GetViewAsync(new GetViewRequest { Period = "2012-04", AsOf = new AsOf { Knowledge = knowledge } })).State;

    private async Task<string> DigestAsync(AsOf? asOf) =>
        (await _bench.Client.GetViewAsync(new GetViewRequest { Period = "2012-04", AsOf = asOf })).Digest;
}

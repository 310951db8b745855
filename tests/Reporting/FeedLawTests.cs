using Iij.Contracts;
using Iij.Reporting.Feed;
using Iij.Reporting.V1;
using Xunit.Abstractions;

namespace Iij.Tests.Reporting;

/// <summary>The laws of the stream: whoever resumes, from whatever token, after whatever was lost, holds what is there.</summary>
public sealed class FeedLawTests(ITestOutputHelper output)
{
    private const int Clients = 8;
    private static readonly int _histories = Environment.GetEnvironmentVariable("IIJ_TEST_LONG") == "1" ? 400 : 40;

    private static readonly WatchRequest[] _subjects =
    [
        new() { View = new WatchedView { Period = "FY2012-Q1" } },
        new() { DataStatus = new WatchedDataStatus { Period = "" } },
        new() { PeriodEvents = new WatchedPeriodEvents { Source = "atm" } },
        new()
        {
            Figures = new WatchedFigures
            {
                Queries = { new FigureQuery { Line = "atm.cost", Period = "2012-04", Kind = Kind.Amount, Unit = Money.V1.Unit.Jpy } },
            },
        },
    ];

    [Fact]
    public async Task Every_client_that_is_cut_off_at_random_and_resumes_from_any_token_holds_what_is_there()
    {
        var (connections, changes) = (0, 0);
        await Seeded.CheckAsync(_histories, async random =>
        {
            await using var bench = await Bench.StartAsync();
            var told = Story.OfAll(random, 3, 12).Select(one => one.Message).ToList();
            var clients = Enumerable.Range(0, Clients).Select(n => new Cut(bench, _subjects[n % _subjects.Length], random)).ToList();
            for (var at = 0; at < told.Count;)
            {
                var some = random.Next(1, 8);
                await bench.AcceptAsync(told.Skip(at).Take(some));
                at += some;
                await bench.Feed.AdvanceAsync(CancellationToken.None);
                foreach (var client in clients)
                    await client.StepAsync();
            }

            foreach (var client in clients)
            {
                await client.FinishAsync();
                client.Dispose();
            }

            (connections, changes) = (connections + clients.Sum(client => client.Connections), changes + clients.Sum(client => client.Held.Changes));
        });
        output.WriteLine($"{_histories} histories, {connections} connections, {changes} changes");
    }

    [Fact]
    public async Task Two_thousand_that_come_back_at_once_cost_one_computation()
    {
        await using var bench = await Bench.StartAsync();
        var told = Story.OfAll(new Random(5), 3, 40).Select(one => one.Message).ToList();
        await bench.AcceptAsync(told.Take(10));
        var request = _subjects[0];
        var old = new FeedClient();
        await foreach (var frame in bench.Feed.WatchAsync(request, "first", CancellationToken.None))
        {
            old.Take(WatchResponse.Parser.ParseFrom(frame.Proto));
            if (frame.Kind == WatchKind.EndOfSnapshot)
                break;
        }

        await bench.Feed.AdvanceAsync(CancellationToken.None);
        await bench.AcceptAsync(told.Skip(10));
        bench.Clock.Now += Topic.IdleMax;
        await bench.Feed.AdvanceAsync(CancellationToken.None); // nobody watches: the topic ends, nothing recent is kept
        var before = bench.Feed.Computations;
        var streams = Enumerable.Range(0, 2_000).Select(n => bench.Feed.WatchAsync(
            new WatchRequest(request) { Token = old.Token }, $"caller {n % 50}", CancellationToken.None).GetAsyncEnumerator()).ToList();
        var resumed = await Task.WhenAll(streams.Select(stream => Task.Run(async () =>
            await stream.MoveNextAsync() ? stream.Current : throw new InvalidOperationException("the stream ended"))));
        Assert.All(resumed, frame => Assert.Equal(WatchKind.Change, frame.Kind));
        // What is now, and what was at the token: once each for all of them.
        Assert.Equal(2, bench.Feed.Computations - before);
        old.Take(WatchResponse.Parser.ParseFrom(resumed[0].Proto));
        foreach (var stream in streams)
            await stream.DisposeAsync();
    }

    [Fact]
    public async Task A_hundred_that_stall_among_a_thousand_delay_nobody_and_begin_anew()
    {
        await using var bench = await Bench.StartAsync(new Platform.BusSettings(), change: settings => settings.Feed.StreamsPerCallerMax = 2_000);
        var events = new Events("atm");
        await bench.AcceptAsync(events.Close("2012-04", ("atm.cost", 1)));
        using var end = new CancellationTokenSource();
        var (stalled, lively) = (await OpenAsync(bench, 100, end.Token), await OpenAsync(bench, 900, end.Token));
        for (var n = 2; n <= 36; n++)
        {
            events.Tell("2012-04", "Reopened");
            await bench.AcceptAsync([events[2 * n - 2], events.Close("2012-04", ("atm.cost", n))]);
            await bench.Feed.AdvanceAsync(CancellationToken.None);
            foreach (var one in lively)
                await one.TakeAsync();
        }

        Assert.All(lively, one => Assert.Equal((35, 0), (one.Held.Changes, one.Held.Resets.Count)));
        foreach (var one in stalled)
        {
            await one.TakeAsync(untilKind: WatchKind.EndOfSnapshot);
            Assert.Equal([ResetReason.Overflow], one.Held.Resets);
        }

        Assert.Single(stalled.Concat(lively).Select(one => one.Held.Content).Distinct());
        await end.CancelAsync();
    }

    private static async Task<List<Open>> OpenAsync(Bench bench, int count, CancellationToken cancel)
    {
        var all = new List<Open>();
        for (var n = 0; n < count; n++)
        {
            var one = new Open(bench.Feed.WatchAsync(_subjects[0], "dashboards", cancel).GetAsyncEnumerator(cancel));
            await one.TakeAsync(untilKind: WatchKind.EndOfSnapshot);
            all.Add(one);
        }

        return all;
    }

    /// <summary>An open stream that is read one message at a time.</summary>
    private sealed class Open(IAsyncEnumerator<Frame> frames)
    {
        public FeedClient Held { get; } = new();

        public async Task TakeAsync(WatchKind untilKind = WatchKind.Unspecified)
        {
            do
            {
                Assert.True(await frames.MoveNextAsync());
                Held.Take(WatchResponse.Parser.ParseFrom(frames.Current.Proto));
            }
            while (untilKind != WatchKind.Unspecified && frames.Current.Kind != untilKind);
        }
    }

    /// <summary>A client whose connection is cut at random, and that sometimes goes back to an older token with what it held then.</summary>
    private sealed class Cut(Bench bench, WatchRequest subject, Random random) : IDisposable
    {
        private readonly List<(string Token, List<WatchResponse> Path)> _points = [];
        private List<WatchResponse> _path = [];
        private IAsyncEnumerator<Frame>? _frames;
        private Task<bool>? _pending;
        private CancellationTokenSource _end = new();

        public FeedClient Held { get; private set; } = new();

        public int Connections { get; private set; }

        public void Dispose() => _end.Dispose();

        public async Task StepAsync()
        {
            if (random.Next(4) == 0)
                await CutAsync();
            if (random.Next(8) == 0 && _points.Count > 0)
                await GoBackAsync(_points[random.Next(_points.Count)]);
            if (_frames is null && random.Next(3) == 0)
                return;
            await ReadAsync();
        }

        public async Task FinishAsync()
        {
            await ReadAsync();
            await CutAsync();
            using var fresh = new Cut(bench, new WatchRequest(subject) { Token = "" }, random);
            await fresh.ReadAsync();
            Assert.Equal(fresh.Held.Content, Held.Content);
            foreach (var point in _points.Where(_ => random.Next(3) == 0).ToList())
            {
                await GoBackAsync(point);
                await ReadAsync();
                Assert.Equal(fresh.Held.Content, Held.Content);
                Assert.Empty(Held.Resets);
            }

            await CutAsync();
            await fresh.CutAsync();
        }

        // Until it knows what is known now: a snapshot's end, a change or a bookmark of the last number.
        private async Task ReadAsync()
        {
            var last = (await bench.ViewAsync()).Knowledge;
            await bench.Feed.AdvanceAsync(CancellationToken.None);
            if (_frames is null)
            {
                _frames = bench.Feed.WatchAsync(new WatchRequest(subject) { Token = Held.Token }, "cut", _end.Token).GetAsyncEnumerator(_end.Token);
                Connections++;
                await NextAsync();
            }

            while (Held.Token.Length == 0 || _pending is { IsCompleted: true } || (Held.Knowledge < last && await SoonAsync()))
                await NextAsync();
        }

        // What does not concern the subject is told by a bookmark only, which may be seconds away.
        private async Task<bool> SoonAsync()
        {
            _pending ??= _frames!.MoveNextAsync().AsTask();
            await Task.WhenAny(_pending, Task.Delay(20));
            return _pending.IsCompleted;
        }

        private async Task NextAsync()
        {
            _pending ??= _frames!.MoveNextAsync().AsTask();
            Assert.True(await _pending);
            _pending = null;
            var message = WatchResponse.Parser.ParseFrom(_frames!.Current.Proto);
            Held.Take(message);
            _path = [.. _path, message];
            if (message.Token.Length > 0)
                _points.Add((message.Token, _path));
        }

        private async Task CutAsync()
        {
            await _end.CancelAsync();
            if (_pending is not null)
                await ((Task)_pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_frames is not null)
                await _frames.DisposeAsync();
            _end.Dispose();
            (_frames, _pending, _end) = (null, null, new CancellationTokenSource());
            Held.Disconnect();
        }

        private async Task GoBackAsync((string Token, List<WatchResponse> Path) point)
        {
            await CutAsync();
            (Held, _path) = (new FeedClient(), point.Path);
            foreach (var message in point.Path)
                Held.Take(message);
            Assert.Equal(point.Token, Held.Token);
        }
    }
}

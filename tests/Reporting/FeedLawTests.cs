using Iij.Contracts;
using Iij.Reporting;
using Iij.Reporting.Feed;
using Iij.Reporting.V1;
using Xunit.Abstractions;

namespace Iij.Tests.Reporting;

/// <summary>The laws of the stream: a subscriber that resumes, from any token and after any loss, holds the present state.</summary>
public sealed class FeedLawTests(ITestOutputHelper output)
{
    private const int Clients = 32;
    private const int EveryTokenOf = 5; // of one history in five every token is resumed from, of the others one in three
    private static readonly int _histories = Environment.GetEnvironmentVariable("IIJ_TEST_LONG") == "1" ? 1_000 : 70;

    private static readonly WatchedTable _table = new()
    {
        Lines = { "atm.cost", "revenue.total" }, Periods = { "2012-04", "2012-05", "FY2012-Q1" }, Kind = Kind.Amount, Unit = Money.V1.Unit.Jpy,
    };

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
        new()
        {
            Several = new WatchedSeveral
            {
                Parts =
                {
                    new WatchRequest { Table = _table }, new WatchRequest { DataStatus = new WatchedDataStatus { Period = "FY2012-Q1" } },
                    new WatchRequest { PeriodEvents = new WatchedPeriodEvents() },
                },
            },
        },
    ];

    [Fact]
    public async Task Every_client_that_is_cut_off_at_random_and_resumes_from_any_token_holds_what_is_there()
    {
        var (connections, changes, tokens, whole) = (0, 0, 0, 0);
        var begun = TimeProvider.System.GetTimestamp();
        await Seeded.CheckSideBySideAsync(_histories, async random =>
        {
            var every = random.Next(EveryTokenOf) == 0;
            var clients = await TellAsync(random, every);
            Interlocked.Add(ref whole, every ? 1 : 0);
            Interlocked.Add(ref connections, clients.Sum(client => client.Connections));
            Interlocked.Add(ref changes, clients.Sum(client => client.Changes));
            Interlocked.Add(ref tokens, clients.Sum(client => client.Resumed));
        });
        output.WriteLine($"{_histories} histories, {_histories * Clients} clients cut off at random, {connections} connections, {changes} changes, "
            + $"{tokens} tokens resumed from at the end (every one of {whole} histories, one in three of the others), "
            + $"{TimeProvider.System.GetElapsedTime(begun).TotalSeconds:F1} s");
    }

    [Fact]
    public async Task Two_thousand_that_come_back_at_once_cost_one_computation()
    {
        await using var bench = await Bench.StartAsync();
        var told = Story.OfAll(new Random(5), 3, 40).Select(one => one.Message).ToList();
        await bench.AcceptAsync(told.Take(10));
        var request = _subjects[0];
        var old = new FeedClient();
        await foreach (var frame in bench.Feed.WatchAsync(request, "first", false, CancellationToken.None))
        {
            old.Take(WatchResponse.Parser.ParseFrom(frame.Proto));
            if (frame.Kind == WatchKind.EndOfSnapshot)
                break;
        }

        await bench.Topics.AdvanceAsync(CancellationToken.None);
        await bench.AcceptAsync(told.Skip(10));
        bench.Clock.Now += Topic.IdleMax;
        await bench.Topics.AdvanceAsync(CancellationToken.None); // nobody watches: the topic ends, nothing recent is kept
        var before = bench.States.Computations;
        var streams = Enumerable.Range(0, 2_000).Select(n => bench.Feed.WatchAsync(
            new WatchRequest(request) { Token = old.Token }, $"caller {n % 50}", false, CancellationToken.None).GetAsyncEnumerator()).ToList();
        var resumed = await Task.WhenAll(streams.Select(stream => Task.Run(async () =>
            await stream.MoveNextAsync() ? stream.Current : throw new InvalidOperationException("the stream ended"))));
        Assert.All(resumed, frame => Assert.Equal(WatchKind.Change, frame.Kind));
        // What is now, and what was at the token: once each for all of them.
        Assert.Equal(2, bench.States.Computations - before);
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
            await bench.Topics.AdvanceAsync(CancellationToken.None);
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

    // Everything there is to tell, in random portions; after each the clients stumble on, and at the end they resume from the tokens they got.
    private static async Task<List<Cut>> TellAsync(Random random, bool every)
    {
        await using var bench = await Bench.StartAsync();
        var told = Story.OfAll(random, 3, 60).Select(one => one.Message).ToList();
        var clients = Enumerable.Range(0, Clients).Select(n => new Cut(bench, n, random)).ToList();
        for (var at = 0; at < told.Count;)
        {
            var some = random.Next(1, 5);
            await bench.AcceptAsync(told.Skip(at).Take(some));
            at += some;
            var now = await TruthAsync(bench);
            foreach (var client in clients)
                await client.StepAsync(now[client.Subject]);
        }

        var truth = await TruthAsync(bench);
        foreach (var client in clients)
            await client.FinishAsync(truth[client.Subject], every ? 1 : 3);
        if (every)
        {
            await EndTopicsAsync(bench);
            foreach (var client in clients)
                await client.ResumeAsync(truth[client.Subject], 1);
        }

        foreach (var client in clients)
            client.Dispose();
        return clients;
    }

    // Nobody watches for a while: what was held lately is forgotten, and is computed again for a subscriber that comes back.
    private static async Task EndTopicsAsync(Bench bench)
    {
        await bench.Topics.AdvanceAsync(CancellationToken.None);
        bench.Clock.Now += Topic.IdleMax;
        await bench.Topics.AdvanceAsync(CancellationToken.None);
    }

    // What each subject is now, folded from the first event on.
    private static async Task<List<Truth>> TruthAsync(Bench bench)
    {
        var (history, _) = await bench.Views.LatestAsync(CancellationToken.None);
        var view = Fold.Of(history);
        var truth = _subjects.Select(subject => Subject.Read(subject, view, bench.Publications))
            .Select(subject => new Truth(new SubjectState(history.Knowledge, subject.Take(history, view)))).ToList();
        await bench.Topics.AdvanceAsync(CancellationToken.None);
        return truth;
    }

    private static async Task<List<Open>> OpenAsync(Bench bench, int count, CancellationToken cancel)
    {
        var all = new List<Open>();
        for (var n = 0; n < count; n++)
        {
            var one = new Open(bench.Feed.WatchAsync(_subjects[0], "dashboards", false, cancel).GetAsyncEnumerator(cancel));
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

    /// <summary>What a client holds that has missed nothing.</summary>
    private sealed class Truth(SubjectState state)
    {
        private readonly Lazy<string> _content = new(() => FeedClient.ContentOf(state.Items));

        public string Digest => state.Digest;

        public string Content => _content.Value;
    }

    /// <summary>A client whose connection is cut at random, and that sometimes goes back to an older token with what it state then.</summary>
    private sealed class Cut(Bench bench, int number, Random random) : IDisposable
    {
        private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
        private readonly List<FeedClient> _points = []; // as it was with each token
        private FeedClient _held = new();
        private IAsyncEnumerator<Frame>? _frames;
        private CancellationTokenSource _end = new();

        public int Subject { get; } = number % _subjects.Length;

        public int Connections { get; private set; }

        public int Changes { get; private set; }

        public int Resumed { get; private set; }

        public void Dispose() => _end.Dispose();

        public async Task StepAsync(Truth truth)
        {
            if (random.Next(4) == 0)
                await CutAsync();
            if (random.Next(8) == 0 && _points.Count > 0)
                await GoBackAsync(_points[random.Next(_points.Count)]);
            if (_frames is null && random.Next(3) == 0)
                return;
            await ReadAsync(truth);
        }

        /// <summary>Reads to the end, as does one that comes anew, and then from tokens it got on the way.</summary>
        public async Task FinishAsync(Truth truth, int oneIn)
        {
            await ReadAsync(truth);
            Assert.Equal(truth.Content, _held.Content);
            await CutAsync();
            var all = _points.ToList();
            await GoBackAsync(new FeedClient());
            await ReadAsync(truth);
            Assert.Equal(truth.Content, _held.Content);
            await ResumeAsync(truth, oneIn, all);
        }

        /// <summary>Resumes from every token it ever got, or from one in so many, and holds byte for byte what is there.</summary>
        public async Task ResumeAsync(Truth truth, int oneIn, IReadOnlyList<FeedClient>? from = null)
        {
            foreach (var point in (from ?? [.. _points]).DistinctBy(point => point.Token).Where(_ => random.Next(oneIn) == 0))
            {
                await GoBackAsync(point);
                await ReadAsync(truth);
                Assert.Equal(truth.Content, _held.Content);
                Resumed++;
            }

            await CutAsync();
        }

        // Until it holds what is there; it may have got there before the last message, which is then read the next time.
        private async Task ReadAsync(Truth truth)
        {
            if (_frames is null)
            {
                var request = new WatchRequest(_subjects[Subject]) { Token = _held.Token };
                _frames = bench.Feed.WatchAsync(request, $"client {number}", false, _end.Token).GetAsyncEnumerator(_end.Token);
                Connections++;
                await NextAsync();
            }

            while (_held.Digest != truth.Digest)
                await NextAsync();
            Assert.Empty(_held.Resets);
        }

        private async Task NextAsync()
        {
            Assert.True(await _frames!.MoveNextAsync().AsTask().WaitAsync(_patience), "the stream ended");
            var message = WatchResponse.Parser.ParseFrom(_frames.Current.Proto);
            _held.Take(message);
            Changes += message.Kind == WatchKind.Change ? 1 : 0;
            if (message.Token.Length > 0)
                _points.Add(_held.Copy());
        }

        private async Task CutAsync()
        {
            await _end.CancelAsync();
            if (_frames is not null)
                await _frames.DisposeAsync();
            _end.Dispose();
            (_frames, _end) = (null, new CancellationTokenSource());
            _held.Disconnect();
        }

        private async Task GoBackAsync(FeedClient point)
        {
            await CutAsync();
            _held = point.Copy();
            _held.Disconnect();
        }
    }
}

using Grpc.Core;
using Iij.Reporting.Feed;
using Iij.Reporting.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>The stream where what is new cannot be read, or another replica has read it first: it never says more than it knows.</summary>
public sealed class FeedBehindTests(PostgresDatabase postgres) : IClassFixture<PostgresDatabase>
{
    private static readonly WatchRequest _view = new() { View = new WatchedView { Period = "FY2012-Q1" } };
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly Events _atm = new("atm");

    [Fact]
    public async Task Where_the_database_is_away_streams_end_and_come_back_with_their_token()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1_000_000)));
        using var watch = bench.Watching.Watch(_view);
        var client = await FeedTests.ReadAsync(watch, new FeedClient(), WatchKind.EndOfSnapshot);
        using var http = new HttpClient { BaseAddress = bench.Http };
        using var events = await http.GetAsync(new Uri("/api/v1/watch?view=FY2012-Q1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        await bench.ExecuteAsync("ALTER TABLE knowledge RENAME TO knowledge_away");
        await EndsBehindAsync(watch);
        var told = await events.Content.ReadAsStringAsync().WaitAsync(_patience);
        Assert.Contains("event: end_of_snapshot", told, StringComparison.Ordinal);
        Assert.DoesNotContain("event: bookmark", told, StringComparison.Ordinal);

        await bench.ExecuteAsync("ALTER TABLE knowledge_away RENAME TO knowledge");
        await bench.AcceptAsync(_atm.Close("2012-05", ("atm.cost", 2_000_000)));
        client.Disconnect();
        using var again = bench.Watching.Watch(new WatchRequest(_view) { Token = client.Token });
        await FeedTests.ReadAsync(again, client, WatchKind.Change);
        await FeedTests.CompareAsync(bench, client);
        Assert.Equal((1, 0), (client.Changes, client.Resets.Count));
    }

    [Fact]
    public async Task Where_nobody_reads_what_is_new_any_more_streams_end()
    {
        await using var bench = await Bench.StartAsync();
        using var watch = bench.Watching.Watch(_view);
        await FeedTests.ReadAsync(watch, new FeedClient(), WatchKind.EndOfSnapshot);
        await bench.Feed.StopAsync(CancellationToken.None); // as one whose database has not answered for long
        await EndsBehindAsync(watch);
    }

    [Fact]
    public async Task A_replica_that_is_behind_reads_what_is_new_before_it_answers()
    {
        await using var first = await Bench.StartAsync(postgres.ConnectionString);
        await using var second = await Bench.StartAsync(postgres.ConnectionString);
        await first.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1_000_000)));
        using var watch = second.Watching.Watch(_view);
        var standing = await FeedTests.ReadAsync(watch, new FeedClient(), WatchKind.EndOfSnapshot);
        await second.Feed.StopAsync(CancellationToken.None); // its next round comes late
        await first.AcceptAsync(_atm.Close("2012-05", ("atm.cost", 2_000_000)));

        var client = await FeedTests.OnceAsync(first, _view);
        Assert.Equal(WatchKind.Bookmark, (await FeedTests.FirstAsync(second, _view, client.Token)).Kind);
        Assert.Equal(client.Content, (await FeedTests.OnceAsync(second, _view)).Content);
        await FeedTests.ReadAsync(watch, standing, WatchKind.Change);
        Assert.Equal(client.Content, standing.Content);
    }

    [Fact]
    public void A_subject_that_cannot_be_computed_ends_its_streams_and_is_joined_no_more()
    {
        var subject = new Subject("fails", (_, _) => []);
        var topic = new Topic(subject, new SubjectState(1, []), _ => "", TimeProvider.System);
        var subscriber = topic.Join()!.Subscriber;
        Assert.Throws<InvalidOperationException>(() => topic.Advance(2, _ => throw new InvalidOperationException()));
        Assert.NotNull(topic.Join());
        topic.Fail();
        Assert.True(subscriber.Behind && subscriber.Frames.Completion.IsCompleted);
        Assert.True(topic.TryEnd(DateTimeOffset.UnixEpoch)); // for good, however short it has been idle
        Assert.Null(topic.Join());
    }

    private static async Task EndsBehindAsync(AsyncServerStreamingCall<WatchResponse> watch)
    {
        var (code, reason, _, _) = await Bench.RefusedAsync(watch.ResponseStream.MoveNext(CancellationToken.None)).WaitAsync(_patience);
        Assert.Equal((StatusCode.Unavailable, "FEED_BEHIND"), (code, reason));
    }
}

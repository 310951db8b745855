using Grpc.Core;

namespace Iij.Tests.Reporting;

/// <summary>What a source refuses because its database is an older copy is told as that, and not as a source that is away.</summary>
public sealed class PeerRefusalTests : IAsyncLifetime
{
    private FakeSources _sources = null!;
    private Bench _bench = null!;

    public async Task InitializeAsync()
    {
        _sources = await FakeSources.StartAsync();
        _bench = await Bench.StartAsync("", _sources.Addresses);
        _sources.CloseAll("2012-04", ("atm.cost", 7));
        _sources.Restate("atm", "2012-04", ("atm.cost", 9));
        await _bench.Client.FillGapsAsync(new());
        _sources["atm"].IsRestored = true;
    }

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _sources.DisposeAsync();
    }

    [Fact]
    public Task A_rejection_of_a_revision_that_the_source_does_not_have() => UnknownAsync(_bench.Client.RejectRevisionAsync(new()
    {
        RequestId = _bench.NextRequest(), Source = "atm", Month = new() { Year = 2012, Month_ = 4 }, Revision = 2, Reason = "not ours",
    }, Bench.Actor).ResponseAsync);

    [Fact]
    public Task Entries_of_a_revision_that_the_source_does_not_have() => UnknownAsync(_bench.Client.ListFigureEntriesAsync(new()
    {
        Line = "cost.atm", Figure = new() { Period = "2012-04" },
    }).ResponseAsync);

    private static async Task UnknownAsync(Task call)
    {
        var refused = await Bench.RefusedAsync(call);
        Assert.Equal((StatusCode.NotFound, "REVISION_UNKNOWN", "atm", "2012-04"),
            (refused.Code, refused.Reason, refused.Metadata["source"], refused.Metadata["month"]));
    }
}

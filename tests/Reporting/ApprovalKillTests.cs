using Grpc.Core;
using Grpc.Net.Client;
using Iij.Reporting.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>
/// kill -9 at every step of an approval: after the restart the edition is published and locked at every source, or neither, whether the caller
/// repeats the request or not.
/// </summary>
public sealed class ApprovalKillTests : IAsyncLifetime, IDisposable
{
    private const string Period = "FY2012-Q1";
    private static readonly TimeSpan _finishedMax = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-approval-").FullName;
    private FakeSources _sources = null!;
    private ServiceProgram _reporting = null!;
    private GrpcChannel _channel = null!;
    private int _requests;

    private ReportingService.ReportingServiceClient Client => new(_channel);

    private string Steps => Path.Combine(_folder, "steps");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Steps);
        _sources = await FakeSources.StartAsync();
        foreach (var month in new[] { "2012-04", "2012-05", "2012-06" })
            _sources.CloseAll(month, ("atm.cost", 5));
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        var settings = new Dictionary<string, string>
        {
            ["Listen"] = address, ["Storage__Path"] = Path.Combine(_folder, "reporting.db"), ["FillGaps"] = "false", ["IIJ_FAILPOINTS"] = Steps,
            ["Signing__PublicKeys"] = SourceKeys.Folder, ["Signing__KeyFile"] = SourceKeys.FileOf("reporting"),
        };
        foreach (var (name, peer) in _sources.Addresses)
            settings[$"Peers__{name}"] = peer;
        _reporting = new ServiceProgram("reporting", ServiceProgram.BuiltAt("services/Reporting", "Iij.Reporting"), settings);
        await _reporting.StartAsync();
        _channel = GrpcChannel.ForAddress(address);
        await Client.FillGapsAsync(new FillGapsRequest());
    }

    public void Dispose() => _channel.Dispose();

    public async Task DisposeAsync()
    {
        await _reporting.DisposeAsync();
        await _sources.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_approval_that_is_killed_is_published_and_locked_or_neither()
    {
        (string Step, int Passes)[] strikes =
        [
            ("approval.begin.after", 0), ("approval.ask.after", 0), ("approval.lock.after", 0), ("approval.lock.after", 3), ("approval.publish.before", 0),
        ];
        var number = 0;
        foreach (var (step, passes) in strikes)
        {
            foreach (var isRepeated in new[] { true, false })
            {
                var request = await PrepareAsync(++number);
                Arm(step, passes);
                await Assert.ThrowsAsync<RpcException>(() => Client.ApproveEditionAsync(request, Bench.Approver).ResponseAsync);
                await RestartAsync(step);
                if (isRepeated)
                    Assert.Equal(EditionState.Published, (await Client.ApproveEditionAsync(request, Bench.Approver)).Edition.State);
                await UntilAsync(async () => (await EditionAsync()).State == EditionState.Published);
                Assert.Equal(number, (await EditionAsync()).Number);
                Assert.All(_sources.All, peer => Assert.Equal(3, peer.Locks.Count(one => one.Key.Edition == $"{Period} edition {number}")));
            }
        }
    }

    [Fact]
    public async Task An_approval_that_is_refused_and_killed_holds_no_lock()
    {
        var request = await PrepareAsync(1);
        _sources["network"].Locking = () => throw new RpcException(new Status(StatusCode.Unavailable, "restarting"));
        Arm("approval.abandon.after", 0);
        await Assert.ThrowsAsync<RpcException>(() => Client.ApproveEditionAsync(request, Bench.Approver).ResponseAsync);
        Assert.NotEmpty(_sources["atm"].Locks);
        await RestartAsync("approval.abandon.after");
        await UntilAsync(() => Task.FromResult(_sources.All.All(peer => peer.Locks.Count == 0)));
        Assert.Equal(EditionState.Prepared, (await EditionAsync()).State);
        _sources["network"].Locking = null;
        request.RequestId = Next();
        Assert.Equal(EditionState.Published, (await Client.ApproveEditionAsync(request, Bench.Approver)).Edition.State);
    }

    // The next edition, with another figure than the one before.
    private async Task<ApproveEditionRequest> PrepareAsync(int number)
    {
        if (number > 1)
            _sources.Restate("atm", "2012-06", ("atm.cost", number));
        await Client.FillGapsAsync(new FillGapsRequest());
        var prepared = await Client.SignOffPeriodAsync(new SignOffPeriodRequest
        {
            RequestId = Next(), Period = Period, Kind = RestatementKind.Error, Reason = "found late",
        }, Bench.Actor);
        return new ApproveEditionRequest { RequestId = Next(), Period = Period, Number = number, Digest = prepared.Edition.Digest };
    }

    private void Arm(string step, int passes) =>
        File.WriteAllText(Path.Combine(Steps, step), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{passes} 0"));

    private async Task RestartAsync(string step)
    {
        using var limit = new CancellationTokenSource(_finishedMax);
        await _reporting.WaitForExitAsync(limit.Token);
        Assert.True(File.Exists(Path.Combine(Steps, $"{step}.hit")), $"{step} was not hit");
        await _reporting.StartAsync();
    }

    private async Task<Iij.Reporting.V1.Edition> EditionAsync() =>
        (await Client.ListEditionsAsync(new ListEditionsRequest { Period = Period })).Editions[^1];

    private static async Task UntilAsync(Func<Task<bool>> isDone)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!await isDone())
        {
            Assert.True(watch.Elapsed < _finishedMax, $"not finished after {_finishedMax}");
            await Task.Delay(100);
        }
    }

    private string Next() => $"kill-{++_requests}";
}

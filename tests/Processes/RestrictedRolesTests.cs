using Grpc.Core;
using Iij.Closing.V1;
using Iij.Local;
using Iij.Tests.Oracle;
using Npgsql;
using Xunit;

namespace Iij.Tests.Processes;

/// <summary>What the roles and users of a deployment are granted is enough for everything that the services do.</summary>
public sealed class RestrictedRolesTests(MigratedServers servers) : IClassFixture<MigratedServers>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-restricted-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_ledger_ties_out_with_restricted_roles_and_users()
    {
        FiguresGenerator.WithFigures(LedgerGenerator.Generate(20121231), 20121231).Write(_folder);
        await using var processes = await SixProcesses.StartAsync(servers.Deployed);
        var endpoints = Path.Combine(_folder, "endpoints.json");
        await File.WriteAllTextAsync(endpoints, EndpointsFile.Write(processes.Endpoints));
        var options = new RemoteOptions(endpoints, Path.Combine(_folder, "ledger"), Path.Combine(_folder, "figures.csv"), true, TimeSpan.FromMinutes(1));

        Assert.Equal(LedgerRun.Reproduced, await RemoteRun.RunAsync(options, CancellationToken.None));
        var before = await RowsAsync();
        Assert.Equal(LedgerRun.Reproduced, await RemoteRun.RunAsync(options, CancellationToken.None));
        Assert.Equal(before, await RowsAsync()); // loading again records nothing twice

        foreach (var source in LocalServices.Sources)
            await RestateAsync(processes, source);
        var tieOut = new TieOut(processes.Channels, TimeProvider.System);
        Assert.True(await tieOut.WaitAsync(CancellationToken.None), processes.Output);
        Assert.DoesNotContain("42501", processes.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ACCESS_REFUSED", processes.Output, StringComparison.Ordinal);
    }

    // Opens the last month again and closes it: the rows that change do change.
    private static async Task RestateAsync(SixProcesses processes, string source)
    {
        var client = new ClosingService.ClosingServiceClient(processes.Channels[source]);
        var last = (await client.ListPeriodsAsync(new ListPeriodsRequest())).Periods.Last(period => period.State == PeriodState.Closed);
        await client.ReopenPeriodAsync(new() { RequestId = "again", Month = last.Month, Reason = "late invoice" }, As("controller"));
        await client.PreparePeriodAsync(new() { RequestId = "prepare again", Month = last.Month }, As("preparer"));
        await client.ClosePeriodAsync(new() { RequestId = "close again", Month = last.Month }, As("controller"));
    }

    private async Task<string> RowsAsync()
    {
        var counts = new List<long>();
        foreach (var source in LocalServices.Sources)
        {
            await using var connection = new NpgsqlConnection(servers.Deployed.ConnectionString(source));
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT (SELECT count(*) FROM entry) * 1000000 + (SELECT count(*) FROM period_event)", connection);
            counts.Add((long)(await command.ExecuteScalarAsync())!);
        }

        return string.Join(',', counts);
    }

    private static CallOptions As(string actor) => new(new Metadata { { "iij-actor", actor } });
}

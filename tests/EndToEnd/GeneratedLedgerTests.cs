using Iij.AtmOperations.V1;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Local;
using Iij.Local.Ledger;
using Iij.Tests.Oracle;
using Xunit.Abstractions;

namespace Iij.Tests.EndToEnd;

/// <summary>Random ledgers, rich in edges, through the services; every figure is what the oracle recomputes from the files alone.</summary>
public sealed class GeneratedLedgerTests(ITestOutputHelper output)
{
    private const int SeedsShort = 12;
    private const int SeedsLong = 80;

    public static TheoryData<int> Seeds() =>
        [.. Enumerable.Range(1001, Environment.GetEnvironmentVariable("IIJ_TEST_LONG") == "1" ? SeedsLong : SeedsShort)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_figure_of_a_generated_ledger_is_reproduced(int seed)
    {
        var draft = FiguresGenerator.WithFigures(LedgerGenerator.Generate(seed), seed);
        await using var local = await LocalLedger.LoadAsync(draft);
        var compared = await local.CompareAsync();
        output.WriteLine($"seed {seed}: {local.Entries} entries, {compared.Count} figures");
        Assert.True(compared.All(figure => figure.Reproduced), $"seed {seed}:\n" + Differences(compared));
        Assert.True(compared.Count >= 400, $"seed {seed}: only {compared.Count} figures");
        await BooksAreWhole(local);
        await AtmsAddUp(local, draft);
    }

    internal static string Differences(IEnumerable<Compared> compared) =>
        string.Join('\n', compared.Where(figure => !figure.Reproduced).Select(figure => figure.Difference));

    // Every row became one entry or several, none twice, and totals and statements follow from them.
    private static async Task BooksAreWhole(LocalLedger local)
    {
        long entries = 0;
        foreach (var source in LocalServices.Sources)
        {
            var audit = await local.Closing(source).AuditTotalsAsync(new AuditTotalsRequest(), ActorMetadata.Of("auditor"));
            Assert.Empty(audit.Findings);
            entries += audit.EntriesRead;
        }

        Assert.Equal(local.Entries, entries);
    }

    // Each cell as the oracle spreads it; the service's sums are the file's.
    private static async Task AtmsAddUp(LocalLedger local, Draft draft)
    {
        var oracle = new LedgerOracle(draft);
        var client = new AtmOperationsService.AtmOperationsServiceClient(local.Services.Channels["atm"]);
        foreach (var month in local.Ledger.ClosedMonths["atm"])
        {
            var expected = oracle.Spread(month.Year * 12 + month.Month - 1);
            var row = local.Ledger.Atm.Single(row => row.Month == month).Row;
            var cells = Settlements.Spread(month, row.Amount("withdrawals"), row.Amount("commission_jpy"), local.Ledger.Installations);
            Assert.Equal(
                expected.Select(cell => (cell.Day, cell.Atm, cell.Withdrawals, cell.Commission)),
                cells.Select(cell => (cell.Date.ToDateOnly(), cell.AtmId, cell.Withdrawals, cell.Commission)));
            var usage = await client.GetUsageAsync(new() { From = month.FirstDay().ToProto(), To = month.LastDay().ToProto() });
            Assert.Equal((row.Amount("withdrawals"), (long)cells.Count), (usage.Withdrawals, usage.AtmDays));
            var trial = await local.Closing("atm").GetTrialStatementAsync(new() { Month = month.ToProto() });
            var statement = AtmOperationsStatement.Parser.ParseJson(trial.TrialStatement.Body);
            Assert.Equal((row.Amount("commission_jpy"), row.Amount("cost_jpy"), row.Amount("sga_jpy"), (long)cells.Count),
                (statement.CommissionJpy, statement.CostJpy, statement.SgaJpy, statement.AtmDays));
        }

        Assert.True(local.Ledger.ClosedMonths["atm"].Count > 0);
    }
}

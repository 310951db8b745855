using Iij.Tests.Oracle;

namespace Iij.Tests.EndToEnd;

/// <summary>Ledgers that the generator does not make: each one edge, put into a generated ledger by hand.</summary>
public sealed class EdgeLedgerTests
{
    private const string Contracts = "network_contracts.csv";
    private const string Band = "1gbps_and_over";
    private const int Seed = 4242;

    [Fact]
    public Task A_band_that_begins_after_the_others_is_missing_before() => ReproducedAsync(draft =>
    {
        RemoveBand(draft);
        draft.Ledger[Contracts].Lines.Add($"{Day(draft, 3, 17)},{Band},5,0,no");
    });

    [Fact]
    public Task A_band_without_a_row_is_missing() => ReproducedAsync(RemoveBand);

    [Theory]
    [InlineData("yes", 0)]
    [InlineData("no", 0)]
    [InlineData("no", 2)]
    public Task A_stock_of_zero_is_zero_and_not_missing(string opening, int month) => ReproducedAsync(draft =>
    {
        RemoveBand(draft);
        draft.Ledger[Contracts].Lines.Add($"{Day(draft, month, 1)},{Band},0,0,{opening}");
    });

    [Fact]
    public Task Rows_of_a_day_stand_in_any_order() => ReproducedAsync(draft =>
    {
        RemoveBand(draft);
        draft.Ledger[Contracts].Lines.Add($"{Day(draft, 1, 9)},{Band},0,7,no");
        draft.Ledger[Contracts].Lines.Add($"{Day(draft, 1, 9)},{Band},9,0,no");
    });

    [Fact]
    public Task An_order_of_nothing_is_accepted_with_nothing() => ReproducedAsync(draft =>
    {
        draft.Ledger["backlog_orders.csv"].Lines.Add($"{Day(draft, 1, 9)},NIL-1,construction,Bank,0,no");
        draft.Ledger["backlog_revenue.csv"].Lines.Add($"{Day(draft, 1, 9)},NIL-1,0");
        draft.Ledger["backlog_orders.csv"].Lines.Add($"{Day(draft, 1, 9)},NIL-2,operation,Bank,0,yes");
        draft.Ledger["backlog_revenue.csv"].Lines.Add($"{Day(draft, 2, 9)},NIL-2,0");
    });

    [Fact]
    public Task Files_without_a_row_are_files_in_which_nothing_happened() => ReproducedAsync(draft =>
    {
        var months = Schema.MonthlyFiles;
        foreach (var file in Schema.Files.Keys.Except(months).Except([Contracts])) // the generator of figures wants a dated row
            draft.Ledger[file].Lines.RemoveRange(1, draft.Ledger[file].Lines.Count - 1);
        var atm = draft.Ledger["atm.csv"].Lines;
        for (var line = 1; line < atm.Count; line++)
            atm[line] = $"{atm[line].Split(',')[0]},0,0,5000000,7000000";
    });

    [Fact]
    public Task A_ledger_of_one_month() => ReproducedAsync(_ => { }, new(MonthsMin: 1, MonthsMax: 1));

    [Fact]
    public Task An_actual_of_nothing_and_a_leap_day() => ReproducedAsync(draft =>
    {
        var contracts = draft.Ledger[Contracts].Lines;
        contracts.Add($"{Day(draft, 2, 28)},{Band},3,0,no");
        draft.Ledger["atm_installations.csv"].Lines.Add("2024-02-29,LEAP-1,no");
    });

    private static async Task ReproducedAsync(Action<Draft> edit, LedgerSize? size = null)
    {
        var draft = LedgerGenerator.Generate(Seed, size ?? new(AtmDaysMax: 600, MonthsMin: 14, MonthsMax: 16));
        edit(draft);
        await using var local = await LocalLedger.LoadAsync(FiguresGenerator.WithFigures(draft, Seed, count: 1500));
        var compared = await local.CompareAsync();
        Assert.True(compared.All(figure => figure.Reproduced), GeneratedLedgerTests.Differences(compared));
    }

    private static void RemoveBand(Draft draft) =>
        draft.Ledger[Contracts].Lines.RemoveAll(line => line.Contains($",{Band},", StringComparison.Ordinal));

    /// <summary>A day of a month of the ledger, counted from 0.</summary>
    private static string Day(Draft draft, int month, int day) =>
        Oracle.Period.DayText(Oracle.Period.FirstDay(draft.Rows("group.csv").Min(row => row.Month()) + month).AddDays(day - 1));
}

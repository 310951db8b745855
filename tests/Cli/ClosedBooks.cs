using Iij.Contracts;
using Iij.Local;
using Iij.Local.Ledger;
using Iij.Reporting;
using Iij.Tests.Oracle;
using NodaTime;

namespace Iij.Tests.Cli;

/// <summary>The books of a small generated ledger, closed; nobody changes them.</summary>
public sealed class ClosedBooks : Books
{
    private const int Seed = 71; // fourteen months: most figures have a year before, some have none

    public LedgerFolder Ledger { get; private set; } = null!;

    /// <summary>The last month that every source has closed.</summary>
    public YearMonth LastMonth => Ledger.ClosedMonths.Values.Min(months => months[^1]);

    public string Month => LastMonth.ToIso();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        LedgerGenerator.Generate(Seed, new(MonthsMin: 14, MonthsMax: 14, AtmDaysMax: 200, OrdersMax: 10)).Write(PathOf("inputs"));
        Ledger = LedgerReader.Read(PathOf("inputs/ledger"), LineModel.ReadBuiltIn());
        var loader = new LedgerLoader(Services.Channels, Ledger);
        await loader.LoadAsync((_, _, _) => { }, default);
        await loader.CloseAsync((_, _, _) => { }, default);
        await ArriveAsync();
    }
}

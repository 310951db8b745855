using System.Diagnostics;
using Iij.Local.Ledger;
using Iij.Reporting;

namespace Iij.Local;

/// <summary>The ledger and its expected figures, read from files and validated.</summary>
public sealed record LedgerInputs(LedgerFolder Ledger, IReadOnlyList<PrintedFigure> Figures)
{
    /// <summary>Reads a ledger folder and a file of printed figures; those of the reference where none is named.</summary>
    public static LedgerInputs Read(string? ledger, string? figures)
    {
        var lines = LineModel.ReadBuiltIn();
        return new(LedgerReader.Read(ledger ?? Places.ReferenceLedger, lines), FiguresFile.Read(figures ?? Places.ReferenceFigures, lines));
    }
}

/// <summary>The work on a ledger that a person watches, against services in this process or anywhere else: record, close, tie out.</summary>
public sealed class LedgerRun(ServiceChannels services, LedgerInputs inputs, ServiceRetry retry, Terminal terminal)
{
    /// <summary>The exit code where every figure is reproduced.</summary>
    public const int Reproduced = 0;

    private const int NotReproduced = 1;

    /// <summary>Records the ledger and closes its months. Doing it again records nothing twice.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        var loader = new LedgerLoader(services, inputs.Ledger, retry);
        var watch = Stopwatch.StartNew();
        long entries = 0;
        await terminal.ProgressAsync(async progress => entries = await loader.LoadAsync(progress, cancel));
        terminal.Say($"{entries:N0} entries recorded one by one in {watch.Elapsed.TotalSeconds:N0} s");
        watch.Restart();
        await terminal.ProgressAsync(progress => loader.CloseAsync(progress, cancel));
        terminal.Say($"{inputs.Ledger.ClosedMonths.Values.Sum(months => months.Count)} months closed in {watch.Elapsed.TotalSeconds:N0} s");
        if (loader.Waived > 0)
            terminal.Say($"{loader.Waived} required measures waived: the ledger has no row of them");
    }

    /// <summary>Shows the view, compares every figure and returns the exit code: <see cref="Reproduced"/>, or 1.</summary>
    /// <param name="wait">Whether reporting is to have every event first.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<int> TieOutAsync(bool wait, CancellationToken cancel)
    {
        var tieOut = new TieOut(services, TimeProvider.System, retry);
        if (wait && !await tieOut.WaitAsync(cancel))
            terminal.Say("reporting has not received every event after a minute; the figures are compared as they are");
        await terminal.ShowSummaryAsync(services, inputs.Ledger, cancel);
        var compared = await tieOut.CompareAsync(inputs.Figures, cancel);
        foreach (var figure in compared.Where(figure => !figure.Reproduced))
            Console.WriteLine(figure.Difference);
        var reproduced = compared.Count(figure => figure.Reproduced);
        Console.WriteLine($"{reproduced} of {compared.Count} printed figures reproduced");
        return reproduced == compared.Count ? Reproduced : NotReproduced;
    }
}

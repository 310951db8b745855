using Iij.Local.Ledger;
using Iij.Contracts;
using Iij.Reporting.V1;
using Spectre.Console;

namespace Iij.Local;

/// <summary>
/// What a person sees of one run: progress and the summary, on standard error; standard output is left to the tie-out. Each run has
/// its own, for a console shows one set of bars at a time and refuses a second.
/// </summary>
public sealed class Terminal
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.Error),
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        ColorSystem = Console.IsErrorRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
    });

    /// <summary>Shows a bar for each part of long work.</summary>
    public Task ProgressAsync(Func<Progress, Task> work) => _console.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .StartAsync(context =>
        {
            var bars = new Dictionary<string, ProgressTask>();
            return work((part, done, all) =>
            {
                lock (bars)
                {
                    if (!bars.TryGetValue(part, out var bar))
                        bars[part] = bar = context.AddTask(part, maxValue: Math.Max(all, 1));
                    bar.Value = all == 0 ? 1 : Math.Max(bar.Value, done);
                    if (done >= all)
                        bar.StopTask();
                }
            });
        });

    /// <summary>Says something, also while bars are shown; in a file, where there are none, as one line.</summary>
    public void Say(string text)
    {
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(text);
        else
            _console.WriteLine(text);
    }

    /// <summary>The consolidated view of the fiscal year so far, JPY million, with the year before.</summary>
    public async Task ShowSummaryAsync(ServiceChannels services, LedgerFolder ledger, CancellationToken cancel)
    {
        var period = YearToDate(ledger);
        var reporting = new ReportingService.ReportingServiceClient(services["reporting"]);
        var view = await reporting.GetViewAsync(new GetViewRequest { Period = period.Notation }, cancellationToken: cancel);
        var table = new Table().Border(TableBorder.Simple)
            .Title($"Consolidated view {period} ({view.State.ToString().ToLowerInvariant()}), JPY million")
            .AddColumn("line").AddColumn(new TableColumn(period.Notation).RightAligned())
            .AddColumn(new TableColumn("change YoY").RightAligned()).AddColumn(new TableColumn("YoY %").RightAligned());
        foreach (var line in view.Lines)
            table.AddRow(line.Line, Text(line.Amount), Text(line.YoyChange), Text(line.YoyPercent));
        _console.Write(table);
        _console.WriteLine("Ledger amounts are synthetic, fitted so that every printed figure follows from them; only the printed figures are facts.");
    }

    // The longest of nine months, half and quarter of the last fiscal year that the group's ledger has whole.
    private static ReportingPeriod YearToDate(LedgerFolder ledger)
    {
        var months = ledger.ClosedMonths["group"];
        var year = ReportingPeriod.Of(months[^1]).FiscalYear;
        return new[] { year, $"{year}-9M", $"{year}-H1", $"{year}-Q1" }.Select(notation => ReportingPeriod.Parse(notation)!)
            .FirstOrDefault(period => period.Months.All(months.Contains)) ?? ReportingPeriod.Of(months[^1]);
    }

    private static string Text(Figure figure) => figure.OutcomeCase switch
    {
        Figure.OutcomeOneofCase.Value => figure.Value,
        Figure.OutcomeOneofCase.NotMeaningful => FiguresFile.NotMeaningful,
        _ => FiguresFile.Missing,
    };
}

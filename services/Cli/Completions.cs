using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Iij.Contracts;
using Iij.Reporting.V1;

namespace Iij.Cli;

/// <summary>Suggestions for a shell that come from the services; empty where they do not answer at once.</summary>
internal static class Completions
{
    private const int MonthsMax = 1_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);
    private static readonly string[] _perShare = ["net_income_per_share", "dividend.interim", "dividend.year_end", "dividend.annual"];

    /// <summary>The months anything is known of.</summary>
    public static IEnumerable<string> Months(CompletionContext context) => Ask(context, async (reporting, session) =>
    {
        var status = await reporting.ListDataStatusAsync(new() { PageSize = MonthsMax }, session.Reading);
        return status.Cells.Select(cell => Shown.Month(cell.Month)).Distinct();
    });

    /// <summary>Those months, and the fiscal periods they lie in.</summary>
    public static IEnumerable<string> Periods(CompletionContext context)
    {
        var months = Months(context).ToList();
        var years = months.Select(month => ReportingPeriod.Parse(month)!.FiscalYear).Distinct();
        string[] parts = ["", "-Q1", "-Q2", "-Q3", "-Q4", "-H1", "-H2", "-9M"];
        return years.SelectMany(year => parts.Select(part => year + part)).Concat(months);
    }

    /// <summary>The consolidated lines, and the amounts per share.</summary>
    public static IEnumerable<string> Lines(CompletionContext context) => Ask(context, async (reporting, session) =>
        (await reporting.ListLinesAsync(new(), session.Reading)).Lines.Select(line => line.Name).Concat(_perShare));

    /// <summary>Suggestions for an argument where it is the one being written: after those before it, and not once it is there.</summary>
    public static Func<CompletionContext, IEnumerable<string>> InTurn(Argument argument, Func<CompletionContext, IEnumerable<string>> suggest) =>
        context =>
        {
            var command = context.ParseResult.CommandResult;
            var written = command.Children.OfType<ArgumentResult>().Sum(one => one.Tokens.Count) - (context.WordToComplete.Length > 0 ? 1 : 0);
            return command.Command.Arguments.IndexOf(argument) == written ? suggest(context) : [];
        };

    // On a thread of its own: the library asks for suggestions without waiting for a task.
    private static IEnumerable<string> Ask(
        CompletionContext context, Func<ReportingService.ReportingServiceClient, Session, Task<IEnumerable<string>>> ask)
    {
        try
        {
            return Task.Run(async () =>
            {
                using var limit = new CancellationTokenSource(_patience, TimeProvider.System);
                using var session = new Session(context.ParseResult, limit.Token);
                return (await ask(await session.ReportingAsync(), session)).ToList();
            }).GetAwaiter().GetResult();
        }
        catch (Exception error) when (Failure.Of(error, context.ParseResult) is not null)
        {
            return [];
        }
    }
}

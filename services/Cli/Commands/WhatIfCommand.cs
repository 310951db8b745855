using System.CommandLine;
using System.Globalization;
using Iij.Contracts;
using Iij.Reporting.V1;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>What the figures of a period would be with changes that nobody has made.</summary>
internal static class WhatIfCommand
{
    private static readonly Argument<string> _period = Shared.Period();
    private static readonly Option<AmountChange[]> _add = Several<AmountChange>("--add", "MEASURE:MONTH:AMOUNT",
        "Add an amount, in the unit of the measure, to a flow of a month; below 0 takes away. May be repeated.", Change);

    private static readonly Option<SubjectMove[]> _move = Several<SubjectMove>("--move", "SOURCE:SUBJECT:MONTH:MONTH",
        "Move what a source has of a subject, such as an order, from the first month to the second. May be repeated.", Move);

    private static readonly Option<bool> _all = new("--all") { Description = "Every figure that would differ, with all its causes." };

    /// <summary>iij what-if.</summary>
    public static CliCommand Create() => new CliCommand("what-if",
        "Every figure of a period that changes would make another. Nothing is recorded.",
        "iij what-if FY2012-9M --add atm.cost:2012-12:5000000", "iij what-if FY2012-Q3 --move backlog:SI-00322:2012-12:2012-10")
    {
        _period, _add, _move, _all,
    }.Reads(async session =>
    {
        var (changes, moves) = (session.Get(_add) ?? [], session.Get(_move) ?? []);
        if (changes.Length + moves.Length == 0)
            throw new UsageException("nothing to change: give --add MEASURE:MONTH:AMOUNT or --move SOURCE:SUBJECT:MONTH:MONTH");
        var reporting = await session.ReportingAsync();
        var request = new GetChangesPreviewRequest { Period = session.Get(_period), Changes = { changes }, Moves = { moves } };
        var answer = await reporting.GetChangesPreviewAsync(request, session.Reading);
        session.Output.Answer(answer, () => Show(request, answer, session.Get(_all)));
    });

    private static Option<T[]> Several<T>(string name, string help, string description, Func<string[], T?> read) where T : class => new(name)
    {
        HelpName = help, Description = description, AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            var all = result.Tokens.Select(token => (token.Value, Read: read(token.Value.Split(':')))).ToList();
            foreach (var (text, _) in all.Where(one => one.Read is null))
                result.AddError($"{name} \"{text}\" is not {help}, with months as 2012-12");
            return [.. all.Select(one => one.Read).OfType<T>()];
        },
    };

    private static AmountChange? Change(string[] parts) => parts is [var measure, var month, var amount]
        && Contracts.Calendar.ParseMonth(month) is { } read
        && long.TryParse(amount, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? new AmountChange { Measure = measure, Month = read.ToProto(), Amount = number }
            : null;

    private static SubjectMove? Move(string[] parts) => parts is [var source, var subject, var from, var to]
        && Contracts.Calendar.ParseMonth(from) is { } first && Contracts.Calendar.ParseMonth(to) is { } second
            ? new SubjectMove { Source = source, Subject = subject, FromMonth = first.ToProto(), ToMonth = second.ToProto() }
            : null;

    private static IEnumerable<IRenderable> Show(GetChangesPreviewRequest request, GetChangesPreviewResponse answer, bool all)
    {
        foreach (var change in answer.Changes)
            yield return Shown.Line($"{change.Measure} {Shown.Month(change.Month)}: {(change.Amount < 0 ? "" : "+")}{change.Amount}");
        foreach (var part in EditionTexts.Preview(answer.Preview, all, $"figures of {request.Period} would differ from the live view"))
            yield return part;
        if (answer.StocksLeft.Count > 0)
            yield return Shown.Line($"stocks are left as they are: {string.Join(", ", answer.StocksLeft)}", Figures.Faint);
        yield return Shown.Line($"knowledge {answer.Knowledge}; nothing was recorded", Figures.Faint);
    }
}

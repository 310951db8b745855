using System.CommandLine;
using System.CommandLine.Parsing;
using Google.Rpc;

namespace Iij.Cli;

/// <summary>What a person can do about a refusal, as a command where there is one.</summary>
internal static class WayOut
{
    /// <summary>The way out of a refusal by its reason, or null where none is known.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="given">The command line: its source, month and period stand in the way out as they were given.</param>
    public static string? Of(ErrorInfo refusal, ParseResult given) => given.CommandResult.Children.OfType<ArgumentResult>()
        .Where(argument => argument is { Tokens.Count: 1, Argument.Name: "SOURCE" or "MONTH" or "PERIOD" })
        .Aggregate(Of(refusal), (way, argument) => way?.Replace(argument.Argument.Name, argument.Tokens[0].Value, StringComparison.Ordinal));

    private static string? Of(ErrorInfo refusal)
    {
        string Named(string key, string otherwise) => refusal.Metadata.TryGetValue(key, out var value) ? value : otherwise;
        var month = Named("month", "MONTH");
        return refusal.Reason switch
        {
            "PERIOD_NOT_OPEN" => $"iij return SOURCE {month} --reason … where it is prepared, iij reopen SOURCE {month} --reason … where it is closed",
            "PERIOD_ORDER" => $"close {Named("close_first", "the month named")} first: iij prepare SOURCE {Named("close_first", "MONTH")}",
            "PERIOD_NOT_PREPARED" => $"iij prepare SOURCE {month}",
            "PERIOD_ALREADY_CLOSED" => $"iij reopen SOURCE {month} --reason …",
            "PERIOD_NOT_CLOSED" => $"iij prepare SOURCE {month}, then iij close SOURCE {month} by another person",
            "PERIOD_LOCKED" => $"iij unlock SOURCE {month} --reason …",
            "PERIOD_IMPACTED" => "close the earlier month that was reopened; iij periods SOURCE shows it",
            "PERIOD_NOT_LOCKED" => "iij periods SOURCE shows the state of its months",
            "SAME_PERSON" => "let another person close it (--actor)",
            "VALIDATION_FAILED" => $"iij trial SOURCE {month} lists the findings",
            "PERIOD_INCOMPLETE" => "iij status PERIOD shows what is not in; iij fill-gaps asks for it",
            "PERIOD_SIGNED_OFF" => "it is done already; later revisions are accepted one by one (iij accept-revision)",
            "REVISION_UNKNOWN" or "REVISION_NOT_SUBMITTED" => "iij revisions SOURCE MONTH lists them, iij status PERIOD what waits",
            "INCARNATION_UNKNOWN" or "INCARNATION_CURRENT" => "iij status names the incarnation that stands and those held",
            "INCARNATION_ENDED" => "leave --incarnation out: the present one is asked for",
            "DEAD_LETTER_UNKNOWN" => "iij dead-letters list",
            "DEAD_LETTER_SETTLED" => $"iij dead-letters show {Named("number", "N")} tells what was done",
            "LINE_UNKNOWN" => "iij lines lists them; a source's measure is a line too",
            "PERIOD_UNKNOWN" => "write 2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012",
            "UNIT_UNFIT" => "leave --unit out: the line's own is taken",
            "TOKEN_INVALID" => "leave --token out: it begins with what is now",
            "STREAMS_EXHAUSTED" or "SUBJECTS_EXHAUSTED" => "end one of those that watch, or try again later",
            "VERSION_UNKNOWN" => "iij lines without --version gives the latest",
            "REQUEST_ID_REUSED" => "leave --request-id out: a new one is made",
            _ => null,
        };
    }
}

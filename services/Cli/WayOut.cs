using System.CommandLine;
using System.CommandLine.Parsing;
using Google.Rpc;
using Iij.Contracts;

namespace Iij.Cli;

/// <summary>The way out of a refusal at the command line, from the catalogue of reasons.</summary>
internal static class WayOut
{
    /// <summary>The way out of a refusal by its reason, or null where none is known.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="given">The command line: its source, month and period stand in the way out as they were given.</param>
    public static string? Of(ErrorInfo refusal, ParseResult given) => given.CommandResult.Children.OfType<ArgumentResult>()
        .Where(argument => argument is { Tokens.Count: 1, Argument.Name: "SOURCE" or "MONTH" or "PERIOD" })
        .Aggregate(Of(refusal), (way, argument) => way?.Replace(argument.Argument.Name, argument.Tokens[0].Value, StringComparison.Ordinal));

    private static string? Of(ErrorInfo refusal) => refusal.Metadata
        .Aggregate(Reason.Find(refusal.Reason)?.Command, (way, pair) => way?.Replace($"{{{pair.Key}}}", pair.Value, StringComparison.Ordinal));
}

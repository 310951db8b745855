using System.CommandLine;
using Google.Rpc;
using Grpc.Core;
using Iij.Client;

namespace Iij.Cli;

/// <summary>The command line, or a file it names, cannot be used: the message says why and the way out.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>No service answers: the message says where, and the way out.</summary>
internal sealed class UnreachableException(string message) : Exception(message);

/// <summary>Why a command failed, in one line, and its exit code.</summary>
internal sealed record Failure(int ExitCode, string Line)
{
    private const int LineBytesMax = 8_000;

    /// <summary>The failure that an error is, or null for an error of this program.</summary>
    /// <param name="error">The error.</param>
    /// <param name="given">The command line, whose words the way out takes up.</param>
    public static Failure? Of(Exception error, ParseResult given) => error switch
    {
        UsageException => new(ExitCodes.Usage, OneLine(error.Message)),
        TokenRefusedException => new(ExitCodes.Refused, OneLine($"refused by the issuer of tokens: {error.Message}")),
        UnreachableException => new(ExitCodes.Unreachable, OneLine(error.Message)),
        RpcException { StatusCode: StatusCode.Cancelled } or OperationCanceledException => new(ExitCodes.Interrupted, "interrupted"),
        RpcException { Status.DebugException: TokenRefusedException } unnamed => new(ExitCodes.Refused, OneLine($"refused: {unnamed.Status.Detail}")),
        RpcException refused => OfCall(refused, given),
        _ => null,
    };

    /// <summary>A text in one line without control sequences of terminals.</summary>
    public static string OneLine(string text) => Printable.Cut(text.ReplaceLineEndings(" "), LineBytesMax);

    // What comes without a reason comes from no service of this system.
    private static Failure OfCall(RpcException error, ParseResult given)
    {
        var info = RpcErrors.InfoOf(error);
        if (info is null || error.StatusCode == StatusCode.Unavailable)
        {
            return new(ExitCodes.Unreachable,
                OneLine($"the service does not answer as it should: {Said(error, info)}. Way out: see that it runs and that its address is right"));
        }

        var wayOut = WayOut.Of(info, given) is { } way ? $". Way out: {way}" : "";
        return new(ExitCodes.Refused, OneLine($"refused: {Said(error, info)}{wayOut}"));
    }

    private static string Said(RpcException error, ErrorInfo? info)
    {
        if (info is null)
            return $"{error.StatusCode}: {error.Status.Detail}";
        var concerned = string.Join(", ", info.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        return $"{info.Reason}: {error.Status.Detail}{(concerned.Length == 0 ? "" : $" ({concerned})")}";
    }
}

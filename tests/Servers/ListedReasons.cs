using System.Text.RegularExpressions;

namespace Iij.Tests.Servers;

/// <summary>
/// The reasons that the contracts list in the comment of each RPC, as the .proto files have them: compiled descriptors have no comments.
/// </summary>
public static partial class ListedReasons
{
    private static readonly string _folder = Path.Combine(Checkout.Root, "protos", "iij");

    /// <summary>The comment of each RPC, by service and method: "iij.closing.v1.ClosingService/ClosePeriod".</summary>
    public static IReadOnlyDictionary<string, string> Comments { get; } =
        Directory.EnumerateFiles(_folder, "*.proto", SearchOption.AllDirectories).SelectMany(Read).ToDictionary();

    /// <summary>What is listed once for every RPC: the comment at the head of closing.proto.</summary>
    public static string OfEveryRpc { get; } = File.ReadAllText(Path.Combine(_folder, "closing", "v1", "closing.proto")).Split("package ")[0];

    /// <summary>What is wrong with a refusal of an RPC by a reason: nothing, or that its comment does not list it.</summary>
    public static IEnumerable<string> Faults(string service, string method, string reason)
    {
        if (!Words(OfEveryRpc).Concat(Words(Comments[$"{service}/{method}"])).Contains(reason))
            yield return $"refused with {reason}, which the comment of {method} does not list";
    }

    /// <summary>The upper case words of a comment, in their order.</summary>
    public static IEnumerable<string> Words(string comment) => Word().Matches(comment).Select(match => match.Value);

    private static IEnumerable<(string Rpc, string Comment)> Read(string file)
    {
        var (package, service, comment) = ("", "", new List<string>());
        foreach (var line in File.ReadLines(file).Select(line => line.Trim()))
        {
            if (Head().Match(line) is { Success: true } head)
                (package, service) = head.Groups[1].Value == "package" ? (head.Groups[2].Value, "") : (package, head.Groups[2].Value);
            if (Rpc().Match(line) is { Success: true } rpc)
                yield return ($"{package}.{service}/{rpc.Groups[1].Value}", string.Join('\n', comment));
            if (line.StartsWith("//", StringComparison.Ordinal))
                comment.Add(line);
            else
                comment.Clear();
        }
    }

    [GeneratedRegex(@"^(package|service) ([\w.]+)")]
    private static partial Regex Head();

    [GeneratedRegex(@"^rpc (\w+)\(")]
    private static partial Regex Rpc();

    [GeneratedRegex(@"\b[A-Z]{4,}(?:_[A-Z]+)*\b|\b[A-Z]+(?:_[A-Z]+)+\b")]
    private static partial Regex Word();
}

using System.Text;
using System.Text.RegularExpressions;
using Grpc.Core;
using Iij.Contracts;
using Iij.Tests.Servers;

namespace Iij.Tests.Fuzzing;

/// <summary>What every answer must satisfy; says what is wrong with one, or nothing.</summary>
public static partial class Judge
{
    /// <summary>A client's default limit for headers and trailers together (gRPC core: 8 KiB, beyond which it may drop the call).</summary>
    private const int TrailerBytesMax = 8 * 1024;

    // No benchmark: work that grows with what was sent takes longer, a busy machine does not.
    private static readonly TimeSpan _bounded = TimeSpan.FromSeconds(20);

    private static readonly HashSet<StatusCode> _clear =
    [
        StatusCode.OK, StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.FailedPrecondition, StatusCode.AlreadyExists,
        StatusCode.PermissionDenied, StatusCode.Unauthenticated, StatusCode.OutOfRange, StatusCode.ResourceExhausted,
        StatusCode.Aborted, StatusCode.Unimplemented, StatusCode.Cancelled, StatusCode.DeadlineExceeded,
    ];

    // Where one field is measured by another, the other is named: "to" is before "from".
    private static readonly Dictionary<string, string> _measuredBy = new()
    {
        ["from"] = "to", ["opening"] = "cancelled", ["withdrawals"] = "commission_jpy", ["atm_id"] = "removed_on", ["period"] = "kind",
        ["line"] = "kind", ["activated"] = "cancelled", ["withdrawal"] = "request_id",
        // One of these is the subject of a watch; without any it is the subject that is missing.
        ["view"] = "subject", ["figures"] = "subject", ["data_status"] = "subject", ["period_events"] = "subject",
        ["table"] = "subject", ["several"] = "subject",
    };

    /// <summary>The faults of an answer of our own code; <paramref name="fields"/> are those that may be to blame, empty for any.</summary>
    public static IEnumerable<string> Faults(Answer answer, params string[] fields)
    {
        if (!_clear.Contains(answer.Status.StatusCode))
            yield return $"{answer.Status.StatusCode} is not a clear status";
        if (answer.Took > _bounded)
            yield return $"took {answer.Took}";
        if (answer.IsOk)
            yield break;
        // Health and reflection are the gRPC project's own services: health says NOT_FOUND alone of a name that it does not know.
        var isBare = !answer.Rpc.IsOwn && answer.Info is null && answer.Status.StatusCode == StatusCode.NotFound;
        if (isBare)
            yield break;
        foreach (var fault in Reasons(answer, fields))
            yield return fault;
        if (answer.Status.Detail.Length == 0 || Leak().IsMatch(answer.Status.Detail))
            yield return "the message does not say what is wrong";
        if (answer.Status.Detail.Any(char.IsControl))
            yield return "the message has control characters";
        if (Bytes(answer) is > TrailerBytesMax and var bytes)
            yield return $"{bytes} bytes of trailers";
    }

    private static IEnumerable<string> Reasons(Answer answer, string[] fields)
    {
        if (answer.Info is not { } info)
        {
            yield return "no ErrorInfo";
            yield break;
        }

        if (Reason.Find(info.Reason) is not { } reason)
            yield return $"reason \"{info.Reason}\" is not in the catalogue";
        else if (reason.Status != answer.Status.StatusCode || !reason.Fits(info.Metadata.Keys))
            yield return $"{reason} has another status or metadata in the catalogue than {answer.Status.StatusCode} ({string.Join(", ", info.Metadata.Keys)})";
        if (answer.Rpc.IsOwn)
        {
            foreach (var fault in ListedReasons.Faults(answer.Rpc.Method.Service.FullName, answer.Rpc.Method.Name, info.Reason))
                yield return fault;
        }

        if (!info.Domain.EndsWith(".iij", StringComparison.Ordinal))
            yield return $"domain \"{info.Domain}\"";
        if (answer.Status.StatusCode != StatusCode.InvalidArgument || info.Reason == "MESSAGE_UNREADABLE")
            yield break;
        var field = info.Metadata.TryGetValue("field", out var named) ? named : "";
        if (field.Length == 0)
            yield return "no field is named";
        else if (fields.Length > 0 && !fields.SelectMany(Words).SelectMany(Related).Intersect(Words(field)).Any())
            yield return $"names the field {field}, not {string.Join(" or ", fields)}";
    }

    private static IEnumerable<string> Related(string word) =>
        _measuredBy.TryGetValue(word, out var other) ? [word, other] : [word];

    private static IEnumerable<string> Words(string path) => Word().Matches(path).Select(match => match.Value);

    // As the wire has it: the message percent-encoded, the details in base64, each with its name and 32 bytes of overhead.
    private static int Bytes(Answer answer) => answer.Trailers
        .Sum(entry => entry.Key.Length + 32 + (entry.IsBinary ? (entry.ValueBytes.Length + 2) / 3 * 4 : entry.Value.Length))
        + Encoding.UTF8.GetBytes(answer.Status.Detail).Sum(b => b is >= 0x20 and < 0x7f and not (byte)'%' ? 1 : 3);

    [GeneratedRegex("[a-z_]{2,}")]
    private static partial Regex Word();

    [GeneratedRegex(@"Exception|^\s+at | at Iij\.|Npgsql|SQLite|\.cs:line")]
    private static partial Regex Leak();
}

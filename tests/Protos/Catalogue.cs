using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using System.Xml.Linq;
using Grpc.Core;
using Iij.Contracts;

namespace Iij.Tests.Protos;

/// <summary>The catalogue of reasons as people read it: the page docs/errors.md, and the words of the dashboard.</summary>
internal static class Catalogue
{
    private static readonly JsonSerializerOptions _readable = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private static readonly Dictionary<string, string> _summaries = XDocument.Load(Path.ChangeExtension(typeof(Code).Assembly.Location, "xml"))
        .Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")?.Value.Trim() ?? "");

    /// <summary>Every word of it.</summary>
    public static IReadOnlyList<Code> All { get; } = [.. Reason.All, .. FindingCode.All, .. Remark.All];

    /// <summary>The member that has a word.</summary>
    public static PropertyInfo MemberOf(Code code) => code.GetType().GetProperties(BindingFlags.Public | BindingFlags.Static)
        .Single(member => member.PropertyType == code.GetType() && ReferenceEquals(member.GetValue(null), code));

    /// <summary>What a word means in English: the summary of its member.</summary>
    public static string MeaningOf(Code code) => _summaries[$"P:{code.GetType().FullName}.{MemberOf(code).Name}"];

    /// <summary>The text of docs/errors.md.</summary>
    public static string Document() => string.Join('\n',
        """
        # Errors / エラー一覧

        Made from `services/Contracts/Reasons` by `tests/Protos`; change it there. A refusal carries `google.rpc.ErrorInfo` with the reason and the
        metadata below; over HTTP it is `google.rpc.Status` as JSON with the same. A key in brackets is not on every refusal of the reason. The
        comment of each RPC in `protos/iij` lists what it refuses.

        """,
        Table("Refusals", "Reason | gRPC status | Meaning | Metadata | Way out | `iij`", Reason.All, reason =>
            [Name(reason.Status), MeaningOf(reason), Keys(reason), reason.Way?.English ?? "", reason.Command ?? ""]),
        Table("Findings of validations and of the audit", "Code | Severity | Meaning | 意味", FindingCode.All, code =>
            [code.Severity.ToString().ToLowerInvariant(), MeaningOf(code), code.Japanese]),
        Table("Remarks: dead-lettered messages, figures without a value", "Reason | Meaning | 意味", Remark.All, remark =>
            [MeaningOf(remark), remark.Japanese]),
        Table("拒否理由", "理由 | 意味 | 対処", Reason.All, reason => [reason.Japanese, reason.Way?.Japanese ?? ""]));

    /// <summary>The text of the dashboard's src/reasons.json: what people of either language are told.</summary>
    public static string Words()
    {
        var lines = Reason.All.Concat<Code>(FindingCode.All).DistinctBy(code => code.Name).OrderBy(code => code.Name, StringComparer.Ordinal).Select(code =>
        {
            var words = new JsonObject { ["en"] = MeaningOf(code).TrimEnd('.'), ["ja"] = code.Japanese };
            if (code is Reason { Way: { } way })
                words["way"] = new JsonObject { ["en"] = way.English, ["ja"] = way.Japanese };
            return $"    \"{code}\": {words.ToJsonString(_readable)}";
        });
        return $"{{\n{string.Join(",\n", lines)}\n}}\n";
    }

    // A key for each error that is found: which ones, the table of findings tells.
    private static string Keys(Reason reason) => string.Join(", ", reason.Keys.Select(key => $"`{key}`")
        .Concat(reason.OtherKeys.Where(key => char.IsAsciiLetterLower(key[0])).Select(key => $"[`{key}`]"))
        .Concat(reason.OtherKeys.Any(key => char.IsAsciiLetterUpper(key[0])) ? ["[codes of findings]"] : Array.Empty<string>()));

    private static string Name(StatusCode status) =>
        string.Concat(status.ToString().Select((letter, at) => at > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{letter}")).ToUpperInvariant();

    private static string Table<T>(string title, string head, IEnumerable<T> codes, Func<T, string[]> cells)
        where T : Code => $"## {title}\n\n| {head} |\n{Row(head.Split('|').Select(_ => "---"))}"
            + string.Concat(codes.Select(code => Row(cells(code).Prepend($"`{code}`"))));

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";
}

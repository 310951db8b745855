using System.Globalization;
using System.Text.RegularExpressions;
using Grpc.Core;
using Iij.Contracts;
using Iij.Tests.Servers;
using Xunit;

namespace Iij.Tests.Protos;

/// <summary>The catalogue of reasons is sound, and what is made from it is what is committed.</summary>
public sealed partial class ReasonTests
{
    private const string Renewing = "IIJ_RENEW";

    [Fact]
    public void A_member_is_named_after_its_word_and_explained_in_both_languages()
    {
        Assert.All(Catalogue.All, code => Assert.Equal(Catalogue.MemberOf(code).Name, Pascal(code.Name)));
        Assert.All(Catalogue.All, code => Assert.EndsWith(".", Catalogue.MeaningOf(code), StringComparison.Ordinal));
        Assert.All(Catalogue.All, code => Assert.NotEqual("", code.Japanese));
        // A finding and the refusal that it leads to may share a word; it means the same then.
        Assert.All(Catalogue.All.GroupBy(code => code.Name),
            same => Assert.Single(same.Select(code => (Catalogue.MeaningOf(code), code.Japanese)).Distinct()));
        Assert.All(Catalogue.All.GroupBy(code => (code.GetType(), code.Name)), one => Assert.Single(one));
    }

    [Fact]
    public void A_command_names_metadata_that_every_refusal_of_the_reason_has() => Assert.All(Reason.All, reason =>
        Assert.Subset(reason.Keys.ToHashSet(), Placeholder().Matches(reason.Command ?? "").Select(match => match.Groups[1].Value).ToHashSet()));

    [Fact]
    public void Every_reason_is_refused_somewhere()
    {
        var code = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Checkout.Root, "services"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText));
        Assert.All(Catalogue.All, one => Assert.Contains($"{one.GetType().Name}.{Pascal(one.Name)}", code, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_of_reasons_is_what_the_catalogue_renders() => Renewed(Catalogue.Document(), "docs", "errors.md");

    [Fact]
    public void The_words_of_the_dashboard_are_what_the_catalogue_renders() =>
        Renewed(Catalogue.Words(), "services", "Dashboard", "src", "reasons.json");

    [Fact]
    public void Comments_of_the_contracts_list_reasons_of_the_catalogue_under_their_status()
    {
        var comments = ListedReasons.Comments.Append(new("every RPC", ListedReasons.OfEveryRpc));
        Assert.Empty(comments.SelectMany(comment => Misplaced(comment.Value).Select(wrong => $"{comment.Key}: {wrong}")));
    }

    // A status stands before its reasons: "NOT_FOUND: ORDER_UNKNOWN. FAILED_PRECONDITION: BEFORE_RECEIPT, ORDER_CANCELLED".
    private static IEnumerable<string> Misplaced(string comment)
    {
        var status = StatusCode.OK;
        foreach (var word in ListedReasons.Words(comment))
        {
            if (Enum.TryParse<StatusCode>(Pascal(word), out var next) && next != status)
                status = next;
            else if (Reason.Find(word) is { } reason && reason.Status != status)
                yield return $"{word} is {reason.Status}, not {status}";
            else if (Reason.Find(word) is null && status != StatusCode.OK)
                yield return $"{word} is not a reason";
        }
    }

    private static void Renewed(string rendered, params string[] path)
    {
        var file = Path.Combine([Checkout.Root, .. path]);
        if (Environment.GetEnvironmentVariable(Renewing) == "1")
            File.WriteAllText(file, rendered);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == rendered,
            $"{string.Join('/', path)} is not what the catalogue renders; renew it: {Renewing}=1 dotnet test tests/Protos --filter ReasonTests");
    }

    private static string Pascal(string word) =>
        string.Concat(word.Split('_').Select(part => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(part.ToLowerInvariant())));

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}

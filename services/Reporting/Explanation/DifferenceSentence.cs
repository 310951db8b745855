using System.Globalization;
using Iij.Money.V1;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>A difference in a sentence for readers: what differs, by how much, and the largest drivers, made from the wire form of the tree alone.</summary>
public static class DifferenceSentence
{
    private const int DriversMax = 3;
    private const string English = "en";
    private const string Japanese = "ja";

    private static readonly Dictionary<Unit, (string English, string Japanese)> _units = new()
    {
        [Unit.Jpy] = ("JPY", "円"), [Unit.JpyMillion] = ("JPY million", "百万円"), [Unit.JpyBillion] = ("JPY billion", "十億円"),
        [Unit.Percent] = ("percentage points", "ポイント"), [Unit.JpyPerShare] = ("JPY per share", "円/株"), [Unit.Count] = ("", ""), [Unit.Ratio] = ("", ""),
    };

    private static readonly Dictionary<Kind, (string English, string Japanese)> _kinds = new()
    {
        [Kind.YoyChange] = ("change from the year before", "前年同期比増減"), [Kind.YoyPercent] = ("percentage change from the year before", "前年同期比増減率"),
        [Kind.QoqChange] = ("change from the quarter before", "前四半期比増減"),
        [Kind.QoqPercent] = ("percentage change from the quarter before", "前四半期比増減率"), [Kind.ChangeSince] = ("change", "増減"),
        [Kind.MarginPercent] = ("ratio to revenue", "売上高比率"), [Kind.PercentOfRevenue] = ("ratio to revenue", "売上高比率"),
        [Kind.PercentOfTotalAssets] = ("ratio to total assets", "総資産比率"), [Kind.TargetAmount] = ("target", "目標"),
        [Kind.TargetYoyChange] = ("target of the change from the year before", "前年同期比増減の目標"),
        [Kind.TargetYoyPercent] = ("target of the percentage change from the year before", "前年同期比増減率の目標"),
        [Kind.TargetPercentOfRevenue] = ("target of the ratio to revenue", "売上高比率の目標"),
    };

    private static readonly Dictionary<string, (string English, string Japanese)> _operands = new()
    {
        ["numerator"] = ("numerator ", "分子"), ["denominator"] = ("denominator ", "分母"),
    };

    /// <summary>The sentence in both languages; null where there is no tree, or a part of one.</summary>
    public static LocalizedText? Of(ExplainDifferenceResponse answer) => answer.Root is not { Path.Length: 0 } ? null
        : new LocalizedText { English = Text(answer, English), Japanese = Text(answer, Japanese) };

    private static string Text(ExplainDifferenceResponse answer, string language)
    {
        var (query, amount) = (answer.Figure.Query, decimal.Parse(answer.Root.Contribution, CultureInfo.InvariantCulture));
        var name = Name(query.Line, language) + Words(query.Kind, language);
        var (other, by) = (Against(answer, language), $"{Grouped(answer.Root.Contribution)} {In(_units[query.Unit], language)}".TrimEnd());
        var drivers = Drivers(answer.Root, language);
        if (language == English)
        {
            var verb = amount == 0 ? "did not change" : amount > 0 ? $"rose by {by}" : $"fell by {by}";
            return $"{name} of {query.Period} {verb} against {other}{(drivers.Length > 0 ? ": " : "")}{drivers}.";
        }

        var predicate = amount == 0 ? "変わりませんでした" : $"{by.Replace(" ", "", StringComparison.Ordinal)}{(amount > 0 ? "増加" : "減少")}しました";
        return $"{query.Period}の{name}は、{other}に対して{predicate}{(drivers.Length > 0 ? $"（{drivers}）" : "")}。";
    }

    // The other period; of the same period what else differs.
    private static string Against(ExplainDifferenceResponse answer, string language)
    {
        var (ours, theirs) = (answer.Figure, answer.Against);
        if (ours.Query.Kind != theirs.Query.Kind)
        {
            var (english, japanese) = _kinds.GetValueOrDefault(theirs.Query.Kind, ("actual amount", "実績"));
            return In(($"the {english}", japanese), language);
        }

        if (ours.Query.Period != theirs.Query.Period)
            return theirs.Query.Period;
        if (ours.Edition == theirs.Edition)
            return In(($"sequence position {answer.AgainstKnowledge}", $"位置{answer.AgainstKnowledge}"), language);
        return In(theirs.Edition > 0 ? ($"edition {theirs.Edition}", $"第{theirs.Edition}版") : ("the live view", "最新ビュー"), language);
    }

    // The largest, the first of them with the largest part of it.
    private static string Drivers(V1.Driver root, string language)
    {
        var largest = Named(root).Take(DriversMax).Select((driver, index) => Step(driver, language) + (index == 0 ? Part(driver, language) : ""));
        return string.Join(language == English ? ", " : "、", largest);
    }

    // A single part of the same amount says nothing more.
    private static string Part(V1.Driver driver, string language) => Named(driver).FirstOrDefault() is { } part && part.Contribution != driver.Contribution
        ? In(($" (of it {Step(part, English)})", $"（うち{Step(part, Japanese)}）"), language)
        : "";

    private static IEnumerable<V1.Driver> Named(V1.Driver driver) => driver.Children.Where(child => child.Path.Length > 0);

    private static string Step(V1.Driver driver, string language)
    {
        var role = _operands.TryGetValue(driver.Path.Split('/')[^1], out var operand) ? In(operand, language) : "";
        return $"{role}{Name(driver.Name.Split(' ')[0], language)} {(driver.Contribution.StartsWith('-') ? "−" : "+")}{Grouped(driver.Contribution)}";
    }

    private static string Words(Kind kind, string language) =>
        _kinds.TryGetValue(kind, out var words) ? In(($", {words.English},", $"の{words.Japanese}"), language) : "";

    private static string Name(string line, string language) => In((LineNames.Of(line).English, LineNames.Of(line).Japanese), language);

    private static string In((string English, string Japanese) words, string language) => language == English ? words.English : words.Japanese;

    // Without its sign, with all the digits that it is printed with.
    private static string Grouped(string amount)
    {
        var decimals = amount.Split('.') is [_, var fraction] ? fraction.Length : 0;
        return Math.Abs(decimal.Parse(amount, CultureInfo.InvariantCulture)).ToString($"N{decimals}", CultureInfo.InvariantCulture);
    }
}

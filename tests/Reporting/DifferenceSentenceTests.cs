using Iij.Money.V1;
using Iij.Reporting;
using Iij.Reporting.V1;
using Driver = Iij.Reporting.V1.Driver;

namespace Iij.Tests.Reporting;

/// <summary>What a figure is compared with, in the words of the sentence.</summary>
public sealed class DifferenceSentenceTests
{
    [Theory]
    [InlineData(Kind.TargetAmount, 0, "the target", "目標")]
    [InlineData(Kind.Amount, 2, "edition 2", "第2版")]
    [InlineData(Kind.Amount, 0, "the live view", "最新ビュー")]
    [InlineData(Kind.Amount, 3, "sequence position 57", "位置57")]
    public void The_other_side_is_named(Kind kind, int edition, string english, string japanese)
    {
        var answer = Answer("FY2012", kind, edition, "-1900");
        Assert.Equal(new LocalizedText
        {
            English = $"Operating income of FY2012 fell by 1,900 JPY million against {english}: SG&A −1,900.",
            Japanese = $"FY2012の営業利益は、{japanese}に対して1,900百万円減少しました（販売費及び一般管理費 −1,900）。",
        }, DifferenceSentence.Of(answer));
    }

    [Fact]
    public void A_target_is_compared_with_the_actual_amount()
    {
        var answer = Answer("FY2012", Kind.Amount, 0, "1900");
        answer.Figure.Query.Kind = Kind.TargetAmount;
        Assert.Equal(("Operating income, target, of FY2012 rose by 1,900 JPY million against the actual amount: SG&A +1,900.",
            "FY2012の営業利益の目標は、実績に対して1,900百万円増加しました（販売費及び一般管理費 +1,900）。"),
            (DifferenceSentence.Of(answer)!.English, DifferenceSentence.Of(answer)!.Japanese));
    }

    [Fact]
    public void A_part_of_a_tree_and_no_tree_have_none()
    {
        var answer = Answer("FY2012", Kind.Amount, 0, "5");
        answer.Root.Path = "sga";
        Assert.Null(DifferenceSentence.Of(answer));
        answer.Root = null;
        Assert.Null(DifferenceSentence.Of(answer));
    }

    private static ExplainDifferenceResponse Answer(string against, Kind kind, int edition, string amount) => new()
    {
        Figure = Figure("FY2012", Kind.Amount, 3), Against = Figure(against, kind, edition), AgainstKnowledge = 57,
        Root = new Driver
        {
            Name = "operating_income FY2012", Contribution = amount, Children = { new Driver { Path = "sga", Name = "sga FY2012", Contribution = amount } },
        },
    };

    private static Figure Figure(string period, Kind kind, int edition) => new()
    {
        Query = new FigureQuery { Line = "operating_income", Period = period, Kind = kind, Unit = Unit.JpyMillion }, Edition = edition,
    };
}

using Iij.Money.V1;
using Iij.Reporting.V1;

namespace Iij.Tests.Cli;

/// <summary>iij history.</summary>
public sealed class HistoryTests(ClosedBooks books) : IClassFixture<ClosedBooks>
{
    private const string Line = "cost.total";
    private readonly Iij _iij = books.Iij();

    [Fact]
    public async Task The_versions_of_a_figure_are_what_the_service_answers_and_say_who_made_them()
    {
        var query = new FigureQuery { Line = Line, Period = books.Month, Kind = Kind.Amount, Unit = Unit.JpyMillion };
        var expected = await books.Reporting.GetFigureHistoryAsync(new() { Query = query });
        Assert.Equal(expected, (await _iij.DoesAsync("history", Line, books.Month, "--json")).Answer<GetFigureHistoryResponse>());
        var version = Assert.Single(expected.Versions); // the last of the sources that it needs
        var shown = await _iij.DoesAsync("history", Line, books.Month);
        Assert.Equal($"{Line} {books.Month} amount in JPY million", shown.Lines[0]);
        var (row, by) = (shown.Row($"{version.Knowledge}"), version.PeriodEvent);
        Assert.Equal((version.Figure.Value, $"{by.Source} {books.Month} closed by {by.Actor}, revision 1, sequence {by.Sequence}"), (row[2], row[^1]));
        Assert.Contains("before that it was missing", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_no_history_is_refused_or_empty()
    {
        Assert.Contains("LINE_UNKNOWN", await _iij.FailsAsync(1, "history", "none", books.Month), StringComparison.Ordinal);
        Assert.Empty((await _iij.DoesAsync("history", Line, "FY2001", "--json")).Answer<GetFigureHistoryResponse>().Versions);
    }
}

using Grpc.Core;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Group.V1;
using Iij.Local;
using Iij.Money.V1;
using Iij.Period.V1;
using Iij.Reporting.V1;
using Iij.Tests.Model;

namespace Iij.Tests.EndToEnd;

/// <summary>
/// A second split on the reference ledger, two for one on 1 March 2013: known with the close of January, without a reversal and without
/// opening a month again, it adjusts what is on a share basis before it and leaves what was printed.
/// </summary>
internal static class SecondSplit
{
    private static readonly (string Line, string Year, string Before, string After)[] _figures =
    [
        ("net_income_per_share.as_printed", "FY2011", "17963.11", "17963.11"), ("net_income_per_share", "FY2011", "89.82", "44.91"),
        ("dividend.interim.as_printed", "FY2012", "1750.00", "1750.00"), ("dividend.interim", "FY2012", "8.75", "4.38"),
        ("dividend.year_end", "FY2012", "10.00", "5.00"), ("dividend.annual", "FY2012", "18.75", "9.38"),
    ];

    public static async Task CheckAsync(Func<string, string> databases)
    {
        await using var services = await LocalServices.StartAsync(databases, port: 0, relay: true);
        Assert.Equal(_figures.Select(figure => figure.Before), await FiguresAsync(services));
        await new GroupService.GroupServiceClient(services.Channels["group"]).AnnounceSplitAsync(new()
        {
            RequestId = "second split", EffectiveOn = new() { Year = 2013, Month = 3, Day = 1 }, Ratio = new() { Unscaled = 2 },
        }, By("group-accounting"));
        var (closing, january) = (new ClosingService.ClosingServiceClient(services.Channels["group"]), new Month { Year = 2013, Month_ = 1 });
        var prepared = await closing.PreparePeriodAsync(new() { RequestId = "prepare January", Month = january }, By("alice"));
        await closing.ClosePeriodAsync(Waiving.Close("close January", january, prepared.Findings), By("bob"));
        Assert.True(await new TieOut(services.Channels, TimeProvider.System).WaitAsync(default), "reporting has not received every event");
        Assert.Equal(_figures.Select(figure => figure.After), await FiguresAsync(services));
    }

    private static async Task<IEnumerable<string>> FiguresAsync(LocalServices services)
    {
        var queries = _figures.Select(figure => new FigureQuery
        {
            Line = figure.Line, Period = figure.Year, Kind = Kind.Amount, Unit = Unit.JpyPerShare, Decimals = 2,
        });
        var answer = await new ReportingService.ReportingServiceClient(services.Channels["reporting"]).ListFiguresAsync(new() { Queries = { queries } });
        return answer.Figures.Select(figure => figure.Value);
    }

    private static CallOptions By(string actor) => new(ActorMetadata.Of(actor));
}

using Google.Protobuf;
using Grpc.Core;
using Iij.Client;
using Iij.Contracts;
using Iij.Local;
using Iij.Reporting.V1;
using Iij.SiBacklog.V1;
using Iij.Tests.Model;
using Iij.Tests.Oracle;
using NodaTime;

namespace Iij.Tests.EndToEnd;

/// <summary>One order restated through the public API changes exactly the figures that depend on it.</summary>
public sealed class RestatementTests
{
    private const string RevenueFile = "backlog_revenue.csv";
    private const long Halved = 2;

    [Theory]
    [InlineData(51)]
    [InlineData(52)]
    public async Task Restating_the_revenue_of_one_order_changes_exactly_what_depends_on_it(int seed)
    {
        var draft = FiguresGenerator.WithFigures(LedgerGenerator.Generate(seed, new(MonthsMin: 18, AtmDaysMax: 600)), seed, count: 900);
        var row = RowToRestate(draft);
        await using var local = await LocalLedger.LoadAsync(draft);
        var before = await FiguresAsync(local);

        var month = Calendar.ParseDate(row["recognised_on"])!.Value.Month();
        await ReopenAsync(local, month);
        await ImpactedAsync(local, month);
        await RestateAsync(local, row, month);
        await CloseAsync(local, month);

        var after = await FiguresAsync(local);
        Assert.Empty(await StatusesOtherThanAsync(local, DataStatus.Received));
        var (oracle, restated) = (new LedgerOracle(draft), OracleAfter(draft, row));
        var changed = 0;
        foreach (var (figure, (was, now)) in FiguresGenerator.Parse(draft).Zip(before.Zip(after)))
        {
            Assert.Equal(restated.Print(figure), Text(now));
            changed += Text(was) == Text(now) ? 0 : 1;
            // What the oracle says is the same before rounding is the same byte for byte; "n/m" tells its base, which may move.
            if (Exact(oracle, figure) == Exact(restated, figure) && Text(now) != "n/m")
                Assert.True(was.ToByteArray().AsSpan().SequenceEqual(now.ToByteArray()), $"{was}\n{now}");
        }

        Assert.InRange(changed, 5, before.Count / 2);
    }

    // Revenue of an operation order that is large enough to be seen.
    private static Row RowToRestate(Draft draft)
    {
        var orders = draft.Rows("backlog_orders.csv").Where(row => row["kind"] == "operation").Select(row => row["order_id"]).ToHashSet();
        var revenue = draft.Rows(RevenueFile).Where(row => orders.Contains(row["order_id"]));
        return revenue.MaxBy(row => row.Number("amount_jpy"), Rational.Order)!;
    }

    private static LedgerOracle OracleAfter(Draft draft, Row row)
    {
        var edited = new Draft();
        foreach (var (name, file) in draft.Ledger)
            edited.Ledger[name] = new() { Lines = [.. file.Lines] };
        var lines = edited.Ledger[RevenueFile].Lines;
        lines[row.Line - 1] = $"{row["recognised_on"]},{row["order_id"]},{Restated(row)}";
        return new LedgerOracle(edited);
    }

    private static Outcome Exact(LedgerOracle oracle, Oracle.Figure figure) =>
        oracle.Exact(figure.Line, Oracle.Period.Parse(figure.Period)!, figure.Kind, figure.Unit);

    private static long Restated(Row row) => long.Parse(row["amount_jpy"], System.Globalization.CultureInfo.InvariantCulture) / Halved;

    private static async Task<IReadOnlyList<Iij.Reporting.V1.Figure>> FiguresAsync(LocalLedger local)
    {
        Assert.True(await new TieOut(local.Services.Channels, TimeProvider.System).WaitAsync(default));
        var reporting = new ReportingService.ReportingServiceClient(local.Services.Channels["reporting"]);
        var figures = await reporting.ListFiguresAsync(new() { Queries = { local.Figures.Select(figure => figure.Query) } });
        return figures.Figures;
    }

    private static string Text(Iij.Reporting.V1.Figure figure) => figure.OutcomeCase switch
    {
        Iij.Reporting.V1.Figure.OutcomeOneofCase.Value => figure.Value,
        Iij.Reporting.V1.Figure.OutcomeOneofCase.NotMeaningful => "n/m",
        _ => "missing",
    };

    private static async Task ReopenAsync(LocalLedger local, YearMonth month) => await local.Closing("backlog").ReopenPeriodAsync(
        new() { RequestId = "reopen", Month = month.ToProto(), Reason = "the customer disputes the invoice" }, As("controller"));

    private static async Task RestateAsync(LocalLedger local, Row row, YearMonth month)
    {
        var entries = await local.Closing("backlog").ListEntriesAsync(
            new() { Month = month.ToProto(), Kind = "REVENUE_RECOGNISED", PageSize = 1000 });
        var entry = entries.Entries.First(entry => entry.Date.ToLocalDate()!.Value.ToIso() == row["recognised_on"]
            && entry.Postings.Any(posting => posting.Subject == row["order_id"] && posting.Amount > 0
                && posting.Amount == long.Parse(row["amount_jpy"], System.Globalization.CultureInfo.InvariantCulture)));
        await local.Closing("backlog").ReverseEntryAsync(
            new() { RequestId = "reverse", EntryNumber = entry.EntryNumber, Reason = "half of it is disputed" }, As("accountant"));
        var backlog = new SiBacklogService.SiBacklogServiceClient(local.Services.Channels["backlog"]);
        await backlog.RecogniseRevenueAsync(
            new() { RequestId = "again", OrderId = row["order_id"], RecognisedOn = entry.Date, AmountJpy = Restated(row) },
            As("accountant"));
    }

    private static async Task CloseAsync(LocalLedger local, YearMonth month)
    {
        var prepared = await local.Closing("backlog").PreparePeriodAsync(new() { RequestId = "prepare again", Month = month.ToProto() }, As("accountant"));
        var same = await Assert.ThrowsAsync<RpcException>(() => local.Closing("backlog").ClosePeriodAsync(
            new() { RequestId = "close alone", Month = month.ToProto() }, As("accountant")).ResponseAsync);
        Assert.Equal("SAME_PERSON", RpcErrors.InfoOf(same)!.Reason);
        await local.Closing("backlog").ClosePeriodAsync(Waiving.Close("close again", month.ToProto(), prepared.Findings), As("controller"));
    }

    // The month and every later one of that source, and nothing else.
    private static async Task ImpactedAsync(LocalLedger local, YearMonth month)
    {
        Assert.True(await new TieOut(local.Services.Channels, TimeProvider.System).WaitAsync(default));
        var impacted = await StatusesOtherThanAsync(local, DataStatus.Received);
        Assert.All(impacted, cell => Assert.Equal(DataStatus.Impacted, cell.Status));
        Assert.Equal(
            local.Ledger.ClosedMonths["backlog"].Where(each => each >= month).Select(each => ("backlog", each)),
            impacted.Select(cell => (cell.Source, cell.Month.ToYearMonth()!.Value)));
    }

    private static async Task<List<SourceMonth>> StatusesOtherThanAsync(LocalLedger local, DataStatus status)
    {
        var reporting = new ReportingService.ReportingServiceClient(local.Services.Channels["reporting"]);
        var cells = (await reporting.ListDataStatusAsync(new() { PageSize = 1000 })).Cells;
        Assert.Equal(local.Ledger.ClosedMonths.Values.Sum(months => months.Count), cells.Count);
        return [.. cells.Where(cell => cell.Status != status)];
    }

    private static CallOptions As(string actor) => new(new Metadata { { ActorMetadata.Key, actor } });
}

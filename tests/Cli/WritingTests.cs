using Iij.AtmOperations.V1;
using Iij.Closing.V1;
using Iij.GioCloud.V1;
using Iij.Group.V1;
using Iij.NetworkServices.V1;
using Iij.Period.V1;
using Iij.Reporting.V1;
using Iij.SiBacklog.V1;
using Iij.Tests.Model;

namespace Iij.Tests.Cli;

/// <summary>Every command that writes, in the order in which people use them: the close of a month, its publication, its restatement.</summary>
public sealed class WritingTests(Books books) : IClassFixture<Books>
{
    private const string April = "2012-04";
    private const int Refused = 1;
    private const int Usage = 2;
    private static readonly string[] Close =
    [
        "close", "atm", April, "--waive", "atm.placed=no machine yet", "--waive", "atm.withdrawals=no machine yet",
        "--waive", "atm.revenue.commission=no machine yet",
    ];

    private static readonly Month _april = new() { Year = 2012, Month_ = 4 };
    private readonly Iij _alice = books.Iij("alice");
    private readonly Iij _bob = books.Iij("bob");

    [Fact]
    public async Task A_month_is_closed_published_and_restated()
    {
        await PlantAsync();
        await CloseAsync();
        await PublishAsync();
        await ReopenAsync();
        await RestateAsync();
        await LockAsync();
        await RestoreAsync();
    }

    private async Task CloseAsync()
    {
        var prepared = await _alice.DoesAsync("prepare", "atm", April);
        Assert.StartsWith("iij: alice acts, request id ", prepared.Errors, StringComparison.Ordinal);
        Assert.StartsWith("atm 2012-04 is prepared by alice, revision 0", prepared.Output, StringComparison.Ordinal);
        Assert.Equal("20", prepared.Row("atm.cost")[1]);
        var alone = await _alice.FailsAsync(Refused, "close", "atm", April);
        Assert.Equal("iij: refused: SAME_PERSON: 2012-04 was prepared by alice; another person closes it (month=2012-04, prepared_by=alice). "
            + "Way out: let another person close it (--actor)", alone);
        var returned = await _alice.DoesAsync("return", "atm", April, "--reason", "too early");
        Assert.StartsWith("atm 2012-04 is open, revision 0", returned.Output, StringComparison.Ordinal);
        var again = (await _alice.DoesAsync("prepare", "atm", April, "--json")).Answer<PreparePeriodResponse>();
        Assert.Equal((PeriodState.Prepared, "alice"), (again.Period.State, again.Period.PreparedBy));
        var bare = await _bob.FailsAsync(Refused, "close", "atm", April);
        Assert.Contains("measures=atm.placed, atm.revenue.commission, atm.withdrawals, month=2012-04, more=0", bare, StringComparison.Ordinal);
        Assert.Contains("has no measure and reason", await _bob.FailsAsync(Usage, "close", "atm", April, "--waive", "atm.placed"), StringComparison.Ordinal);
        var closed = (await _bob.DoesAsync([.. Close, "--request-id", "once", "--json"])).Answer<ClosePeriodResponse>();
        Assert.Equal((PeriodState.Closed, 1, 4L), (closed.Period.State, closed.Period.Revision, closed.Sequence));
        Assert.Equal(closed, (await _bob.DoesAsync([.. Close, "--request-id", "once", "--json"])).Answer<ClosePeriodResponse>());
        Assert.Contains("REQUEST_ID_REUSED", await _bob.FailsAsync(Refused, "lock", "atm", April, "--request-id", "once"), StringComparison.Ordinal);
        Assert.Contains("Way out: iij reopen atm 2012-04 --reason …", await _bob.FailsAsync(Refused, "close", "atm", April), StringComparison.Ordinal);
        var early = await _alice.FailsAsync(Refused, "prepare", "atm", "2012-07");
        Assert.Contains("close_first=2012-06", early, StringComparison.Ordinal);
        Assert.EndsWith("Way out: close 2012-06 first: iij prepare atm 2012-06", early, StringComparison.Ordinal);
    }

    private async Task PublishAsync()
    {
        await books.ArriveAsync();
        Assert.Contains("PERIOD_INCOMPLETE", await _bob.FailsAsync(Refused, "sign-off", April), StringComparison.Ordinal);
        Assert.Contains("PROVISIONAL: ", (await _bob.DoesAsync("view", April)).Output, StringComparison.Ordinal);
        foreach (var source in new[] { "network", "backlog", "cloud", "group" })
        {
            var prepared = await books.Closing(source).PreparePeriodAsync(new() { RequestId = "prepare", Month = _april }, Books.As("alice"));
            await books.Closing(source).ClosePeriodAsync(Waiving.Close("close", _april, prepared.Findings), Books.As("bob"));
        }

        await books.ArriveAsync();
        Assert.Contains("COMPLETE: ", (await _bob.DoesAsync("view", April)).Output, StringComparison.Ordinal);
        Assert.StartsWith("2012-04 is signed off with knowledge ", (await _bob.DoesAsync("sign-off", April)).Output, StringComparison.Ordinal);
        Assert.Contains("PUBLISHED: ", (await _bob.DoesAsync("view", April)).Output, StringComparison.Ordinal);
        Assert.Contains("PERIOD_SIGNED_OFF", await _bob.FailsAsync(Refused, "sign-off", April, "--json"), StringComparison.Ordinal);
    }

    private async Task ReopenAsync()
    {
        var reopened = await _bob.DoesAsync("reopen", "atm", April, "--reason", "a late invoice");
        Assert.StartsWith("atm 2012-04 is reopened, revision 1", reopened.Output, StringComparison.Ordinal);
        await ExpenseAsync("late", 4);
        await _alice.DoesAsync("prepare", "atm", April);
        var closed = await _bob.DoesAsync(Close);
        Assert.StartsWith("atm 2012-04 is closed, revision 2\nevent 7, digest ", closed.Output, StringComparison.Ordinal);
        await books.ArriveAsync();
        Assert.Equal("submitted r1, r2 waits, closed", (await _bob.DoesAsync("status", April)).Row(April)[1]);
    }

    private async Task RestateAsync()
    {
        Assert.Contains("REVISION_UNKNOWN", await _bob.FailsAsync(Refused, "accept-revision", "atm", April, "9"), StringComparison.Ordinal);
        var accepted = await _bob.DoesAsync("accept-revision", "atm", April, "2");
        Assert.StartsWith("atm 2012-04 revision 2 is accepted with knowledge ", accepted.Output, StringComparison.Ordinal);
        var shown = await _bob.DoesAsync("view", April, "--unit", "jpy");
        Assert.Contains("RESTATED: ", shown.Output, StringComparison.Ordinal);
        Assert.Equal("40", shown.Row("cost.atm")[1]);
    }

    private async Task LockAsync()
    {
        Assert.StartsWith("atm 2012-04 is locked, revision 2", (await _bob.DoesAsync("lock", "atm", April)).Output, StringComparison.Ordinal);
        var locked = await _bob.FailsAsync(Refused, "reopen", "atm", April, "--reason", "more");
        Assert.EndsWith("Way out: iij unlock atm 2012-04 --reason …", locked, StringComparison.Ordinal);
        var unlocked = (await _bob.DoesAsync("unlock", "atm", April, "--reason", "more", "--json")).Answer<UnlockPeriodResponse>();
        Assert.Equal(PeriodState.Closed, unlocked.Period.State);
    }

    // A new life of the source is held until group accounting accepts it.
    private async Task RestoreAsync()
    {
        var ended = (await books.Closing("atm").GetSourceAsync(new())).Incarnation;
        var begun = await _bob.DoesAsync("begin-incarnation", "atm", "--reason", "restored", "--request-id", "life", "--json");
        var incarnation = begun.Answer<BeginIncarnationResponse>().Incarnation;
        Assert.Contains($"incarnation {ended} of atm ends", begun.Errors, StringComparison.Ordinal);
        Assert.Contains("REQUEST_ID_REUSED",
            await _bob.FailsAsync(Refused, "begin-incarnation", "atm", "--reason", "restored", "--request-id", "life"), StringComparison.Ordinal);
        var repeated = await _bob.DoesAsync(
            "begin-incarnation", "atm", "--reason", "restored", "--request-id", "life", "--incarnation", ended);
        Assert.Contains($"iij accept-incarnation atm {incarnation}", repeated.Output, StringComparison.Ordinal);
        var asked = await _bob.DoesAsync("fill-gaps");
        Assert.Contains(" events received", asked.Lines[0], StringComparison.Ordinal);
        Assert.Equal([incarnation], (await books.Reporting.ListSourcesAsync(new())).Sources[0].HeldIncarnations);
        Assert.Equal(incarnation, (await _bob.DoesAsync("status")).Row("atm")[4]);
        Assert.StartsWith("held r2", (await _bob.DoesAsync("status")).Row(April)[1], StringComparison.Ordinal);
        var accepted = await _bob.DoesAsync("accept-incarnation", "atm", incarnation);
        Assert.StartsWith($"atm incarnation {incarnation} is accepted with knowledge ", accepted.Output, StringComparison.Ordinal);
        Assert.Contains("INCARNATION_CURRENT", await _bob.FailsAsync(Refused, "accept-incarnation", "atm", incarnation), StringComparison.Ordinal);
        Assert.Equal(incarnation, (await _bob.DoesAsync("fill-gaps", "--json")).Answer<FillGapsResponse>().Sources[0].Incarnation);
    }

    private async Task PlantAsync()
    {
        var date = new Date { Year = 2012, Month = 4, Day = 10 };
        await ExpenseAsync("first", 10);
        await new NetworkServicesService.NetworkServicesServiceClient(books.Services.Channels["network"])
            .RecordCostAsync(new() { RequestId = "1", Date = date, AmountJpy = 700 }, Books.As("seed"));
        await new SiBacklogService.SiBacklogServiceClient(books.Services.Channels["backlog"])
            .RecordCostAsync(new() { RequestId = "1", Date = date, AmountJpy = 10 }, Books.As("seed"));
        await new GioCloudService.GioCloudServiceClient(books.Services.Channels["cloud"])
            .RecordCapexAsync(new() { RequestId = "1", Date = date, AmountJpy = 30 }, Books.As("seed"));
        await new GroupService.GroupServiceClient(books.Services.Channels["group"])
            .RecordAccountAsync(new() { RequestId = "1", Date = date, Account = Account.Sga, AmountJpy = 60 }, Books.As("seed"));
    }

    private async Task ExpenseAsync(string id, int day) => await new AtmOperationsService.AtmOperationsServiceClient(books.Services.Channels["atm"])
        .RecordExpenseAsync(new() { RequestId = id, Date = new() { Year = 2012, Month = 4, Day = day }, CostJpy = 20, SgaJpy = 5 }, Books.As("seed"));
}

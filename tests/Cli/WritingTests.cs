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
    private static readonly string[] Close = ["close", "atm", April];
    private static readonly string[] CloseNetwork =
        [
            "close", "network", April, .. new[] { "under_100mbps", "100mbps_to_1gbps", "1gbps_and_over" }
                .SelectMany(band => new[] { "--waive", $"network.contracts.{band}=none in force yet" }),
        ];

    private static readonly Month _april = new() { Year = 2012, Month_ = 4 };
    private readonly Iij _alice = books.Iij("alice");
    private readonly Iij _bob = books.Iij("bob");
    private readonly Iij _carol = books.Iij("carol");
    private readonly Iij _erin = books.Iij("erin"); // closes no month

    [Fact]
    public async Task A_month_is_closed_published_and_restated()
    {
        await PlantAsync();
        await CloseAsync();
        await PublishAsync();
        await ReopenAsync();
        await RejectAsync();
        await RestateAsync();
        await WithdrawAsync();
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
            + "Way out: let another person do it (--actor)", alone);
        var returned = await _alice.DoesAsync("return", "atm", April, "--reason", "too early");
        Assert.StartsWith("atm 2012-04 is open, revision 0", returned.Output, StringComparison.Ordinal);
        var again = (await _alice.DoesAsync("prepare", "atm", April, "--json")).Answer<PreparePeriodResponse>();
        Assert.Equal((PeriodState.Prepared, "alice"), (again.Period.State, again.Period.PreparedBy));
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

    private async Task CloseOthersAsync()
    {
        await _alice.DoesAsync("prepare", "network", April);
        var bare = await _bob.FailsAsync(Refused, "close", "network", April);
        Assert.Contains("network.contracts.under_100mbps, month=2012-04, more=0", bare, StringComparison.Ordinal);
        await _bob.DoesAsync(CloseNetwork);
        foreach (var source in new[] { "backlog", "cloud", "group" })
        {
            var trial = await books.Closing(source).PreparePeriodAsync(new() { RequestId = "prepare", Month = _april }, Books.As("alice"));
            await books.Closing(source).ClosePeriodAsync(Waiving.Close("close", _april, trial.Findings), Books.As("bob"));
        }
    }

    private async Task PublishAsync()
    {
        await books.ArriveAsync();
        Assert.Contains("PERIOD_INCOMPLETE", await _bob.FailsAsync(Refused, "sign-off", April), StringComparison.Ordinal);
        Assert.Contains("PROVISIONAL: ", (await _bob.DoesAsync("view", April)).Output, StringComparison.Ordinal);
        await CloseOthersAsync();
        await books.ArriveAsync();
        Assert.Contains("COMPLETE: ", (await _bob.DoesAsync("view", April)).Output, StringComparison.Ordinal);
        Assert.Equal("no editions", (await _bob.DoesAsync("editions", April)).Output.Trim());
        var prepared = await _carol.DoesAsync("sign-off", April);
        Assert.StartsWith("edition 1 of 2012-04 (prepared), prepared by carol at ", prepared.Output, StringComparison.Ordinal);
        Assert.Contains("figures; no edition was published before", prepared.Output, StringComparison.Ordinal);
        Assert.Contains("more (--all lists them)", prepared.Output, StringComparison.Ordinal);
        Assert.Contains("next: a person other than carol", prepared.Output, StringComparison.Ordinal);
        Assert.Contains("SAME_PERSON", await _carol.FailsAsync(Refused, "sign-off", April, "--approve", "--json"), StringComparison.Ordinal);
        Assert.Contains("CLOSED_BY_APPROVER", await _bob.FailsAsync(Refused, "sign-off", April, "--approve", "--json"), StringComparison.Ordinal);
        var returned = await _erin.DoesAsync("sign-off", April, "--return", "--reason", "look again");
        Assert.StartsWith("edition 1 of 2012-04 is returned to carol", returned.Output, StringComparison.Ordinal);
        var again = (await _carol.DoesAsync("sign-off", April, "--embargo-until", "2012-05-10T15:00:00", "--json")).Answer<SignOffPeriodResponse>();
        Assert.Equal((1, EditionState.Prepared), (again.Edition.Number, again.Edition.State));
        Assert.Contains("EDITION_OUTDATED",
            await _erin.FailsAsync(Refused, "sign-off", April, "--approve", "--digest", new string('0', 64), "--json"), StringComparison.Ordinal);
        var approved = await _erin.DoesAsync("sign-off", April, "--approve", "--request-id", "publish");
        Assert.Contains($"digest {again.Edition.Digest}", approved.Output, StringComparison.Ordinal);
        Assert.Contains("edition 1 of 2012-04 is published, approved by erin", approved.Output, StringComparison.Ordinal);
        var repeated = await _erin.DoesAsync("sign-off", April, "--approve", "--request-id", "publish", "--json");
        Assert.Equal(EditionState.Published, repeated.Answer<ApproveEditionResponse>().Edition.State);
        var shown = await _bob.DoesAsync("view", April);
        Assert.Contains("PUBLISHED: ", shown.Output, StringComparison.Ordinal);
        Assert.Contains("edition 1 of 2012-04 (published), prepared by carol at ", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("PENDING", shown.Output, StringComparison.Ordinal);
        Assert.Equal("2012-04 edition 1", (await _bob.DoesAsync("periods", "atm")).Row(April)[3]);
    }

    private async Task ReopenAsync()
    {
        Assert.Contains("PERIOD_LOCKED", await _bob.FailsAsync(Refused, "reopen", "atm", April, "--reason", "a late invoice"), StringComparison.Ordinal);
        var unlocked = await _carol.DoesAsync("unlock-months", April, "--source", "atm", "--reason", "a late invoice");
        Assert.StartsWith("the months of 2012-04 are unlocked at atm with knowledge ", unlocked.Output, StringComparison.Ordinal);
        var reopened = await _bob.DoesAsync("reopen", "atm", April, "--reason", "a late invoice");
        Assert.StartsWith("atm 2012-04 is reopened, revision 1", reopened.Output, StringComparison.Ordinal);
        await ExpenseAsync("late", 4);
        await _alice.DoesAsync("prepare", "atm", April);
        var closed = await _bob.DoesAsync(Close);
        Assert.StartsWith("atm 2012-04 is closed, revision 2\nevent 9, digest ", closed.Output, StringComparison.Ordinal);
        await books.ArriveAsync();
        Assert.Equal("received r2, closed", (await _bob.DoesAsync("status", April)).Row(April)[1]);
        var shown = await _bob.DoesAsync("view", April, "--unit", "jpy");
        Assert.Contains("PENDING: the live view differs from the latest edition in cost.atm, ", shown.Output, StringComparison.Ordinal);
        Assert.Equal("20", shown.Row("cost.atm")[1]);
        Assert.Equal("40", (await _bob.DoesAsync("view", April, "--unit", "jpy", "--latest")).Row("cost.atm")[1]);
        Assert.Contains("edition 1, ", (await _bob.DoesAsync("figure", "cost.atm", April, "--unit", "jpy")).Output, StringComparison.Ordinal);
        Assert.Contains("= 40", (await _bob.DoesAsync("lineage", "cost.atm", April, "--latest")).Output, StringComparison.Ordinal);
    }

    private async Task RejectAsync()
    {
        Assert.Contains("REVISION_UNKNOWN", await _carol.FailsAsync(Refused, "reject", "atm", April, "9", "--reason", "no"), StringComparison.Ordinal);
        var rejected = await _carol.DoesAsync("reject", "atm", April, "2", "--reason", "booked twice");
        Assert.StartsWith("atm 2012-04 revision 2 is rejected with knowledge ", rejected.Output, StringComparison.Ordinal);
        Assert.Equal("rejected r1, r2 left out, closed", (await _bob.DoesAsync("status", April)).Row(April)[1]);
        Assert.Contains("revision 2 by carol: booked twice", (await _bob.DoesAsync("periods", "atm")).Output, StringComparison.Ordinal);
        var accepted = await _carol.DoesAsync("accept-revision", "atm", April, "2");
        Assert.StartsWith("the rejection of atm 2012-04 revision 2 is taken back with knowledge ", accepted.Output, StringComparison.Ordinal);
        Assert.Contains("REVISION_NOT_REJECTED", await _carol.FailsAsync(Refused, "accept-revision", "atm", April, "2"), StringComparison.Ordinal);
    }

    private async Task RestateAsync()
    {
        var unexplained = await _carol.FailsAsync(Refused, "sign-off", April);
        Assert.EndsWith("--kind error|estimate|policy|reclassification --reason …", unexplained, StringComparison.Ordinal);
        var prepared = await _carol.DoesAsync("sign-off", April, "--kind", "error", "--reason", "an invoice was missing", "--all");
        Assert.Contains("figures differ from edition 1", prepared.Output, StringComparison.Ordinal);
        Assert.Equal(["cost.atm", "amount", "0", "0", "JPY million", "20", "atm 2012-04 revision 2"], prepared.Row("cost.atm"));
        Assert.Equal(prepared.Row("cost.atm"), (await _erin.DoesAsync("preview", April, "--edition", "2", "--all")).Row("cost.atm"));
        await _erin.DoesAsync("sign-off", April, "--approve");
        var shown = await _bob.DoesAsync("view", April, "--unit", "jpy");
        Assert.Contains("RESTATED: ", shown.Output, StringComparison.Ordinal);
        Assert.Equal("40", shown.Row("cost.atm")[1]);
        Assert.Equal("20", (await _bob.DoesAsync("view", April, "--unit", "jpy", "--edition", "1")).Row("cost.atm")[1]);
        var compared = await _bob.DoesAsync("compare", April, "--line", "cost.atm", "--unit", "jpy");
        Assert.Equal("2012-04: as reported in edition 1, restated in edition 2", compared.Lines[0]);
        Assert.Equal(["cost.atm", "20", "40", "20", "JPY", "20"], compared.Row("cost.atm"));
        Assert.Contains("EDITION_UNCHANGED",
            await _carol.FailsAsync(Refused, "sign-off", April, "--kind", "error", "--reason", "none"), StringComparison.Ordinal);
    }

    private async Task WithdrawAsync()
    {
        var withdrawn = await _erin.DoesAsync("withdraw", April, "2", "--reason", "too early");
        Assert.Contains("withdrawn by erin", withdrawn.Output, StringComparison.Ordinal);
        Assert.Contains("EDITION_NOT_PUBLISHED", await _erin.FailsAsync(Refused, "withdraw", April, "2", "--reason", "again"), StringComparison.Ordinal);
        var editions = (await _bob.DoesAsync("editions", April, "--json")).Answer<ListEditionsResponse>().Editions;
        Assert.Equal([EditionState.Returned, EditionState.Published, EditionState.Withdrawn], editions.Select(edition => edition.State));
        var decisions = (await _bob.DoesAsync("decisions", April)).Output;
        string[] kinds = ["edition prepared", "edition returned", "edition approved", "months unlocked", "revision rejected", "edition withdrawn"];
        foreach (var kind in kinds)
            Assert.Contains(kind, decisions, StringComparison.Ordinal);
        await _carol.DoesAsync("unlock-months", April, "--reason", "the end of this test");
    }

    private async Task LockAsync()
    {
        Assert.StartsWith("atm 2012-04 is locked, revision 2", (await _bob.DoesAsync("lock", "atm", April)).Output, StringComparison.Ordinal);
        var locked = await _bob.FailsAsync(Refused, "reopen", "atm", April, "--reason", "more");
        Assert.EndsWith("iij unlock atm 2012-04 --reason … otherwise", locked, StringComparison.Ordinal);
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

    // Whatever a line is made of: absent is missing, not zero.
    private async Task PlantAsync()
    {
        var (date, seed) = (new Date { Year = 2012, Month = 4, Day = 10 }, Books.As("seed"));
        await ExpenseAsync("first", 10);
        var atm = new AtmOperationsService.AtmOperationsServiceClient(books.Services.Channels["atm"]);
        await atm.InstallAtmAsync(new() { RequestId = "install", AtmId = "ATM-1", InstalledOn = date }, seed);
        await atm.RecordDailySettlementAsync(new() { RequestId = "settle", AtmId = "ATM-1", Date = date, Withdrawals = 0, CommissionJpy = 0 }, seed);
        var network = new NetworkServicesService.NetworkServicesServiceClient(books.Services.Channels["network"]);
        await network.RecordCostAsync(new() { RequestId = "1", Date = date, AmountJpy = 700 }, seed);
        await network.RecordLteAdditionsAsync(new() { RequestId = "lte", Date = date, Additions = 0 }, seed);
        foreach (var category in Enum.GetValues<RevenueCategory>().Where(category => category != RevenueCategory.Unspecified))
            await network.RecordRevenueAsync(new() { RequestId = $"{category}", Date = date, Category = category, AmountJpy = 0 }, seed);
        var backlog = new SiBacklogService.SiBacklogServiceClient(books.Services.Channels["backlog"]);
        await backlog.RecordCostAsync(new() { RequestId = "1", Date = date, AmountJpy = 10 }, seed);
        await backlog.RecordEquipmentAsync(new() { RequestId = "equipment", Date = date, RevenueJpy = 0, CostJpy = 0 }, seed);
        foreach (var kind in new[] { OrderKind.Construction, OrderKind.Operation })
        {
            await backlog.ReceiveOrderAsync(
                new() { RequestId = $"{kind}", OrderId = $"{kind}", Kind = kind, CustomerIndustry = "retail", AmountJpy = 1, ReceivedOn = date }, seed);
        }

        var cloud = new GioCloudService.GioCloudServiceClient(books.Services.Channels["cloud"]);
        foreach (var product in new[] { Product.HostingPackage, Product.Component })
        {
            await cloud.RecordRevenueAsync(new() { RequestId = $"revenue {product}", Date = date, Product = product, AmountJpy = 0 }, seed);
            await cloud.RecordCostAsync(new() { RequestId = $"cost {product}", Date = date, Product = product, AmountJpy = 0 }, seed);
        }

        var group = new GroupService.GroupServiceClient(books.Services.Channels["group"]);
        foreach (var account in Enum.GetValues<Account>().Where(account => account != Account.Unspecified))
            await group.RecordAccountAsync(new() { RequestId = $"{account}", Date = date, Account = account, AmountJpy = 60 }, seed);
    }

    private async Task ExpenseAsync(string id, int day) => await new AtmOperationsService.AtmOperationsServiceClient(books.Services.Channels["atm"])
        .RecordExpenseAsync(new() { RequestId = id, Date = new() { Year = 2012, Month = 4, Day = day }, CostJpy = 20, SgaJpy = 5 }, Books.As("seed"));
}

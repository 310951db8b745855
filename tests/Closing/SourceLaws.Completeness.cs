using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;

namespace Iij.Tests.Closing;

/// <summary>Complete means complete: a month closes with every required measure stated, or waived with a reason that stays visible.</summary>
public abstract partial class SourceLaws
{
    private const int NamedMax = 10;

    [Fact]
    public Task A_month_that_lacks_a_required_measure_closes_only_with_a_waiver() => HoldsAsync(async (node, _, random, _) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        var lacking = Business.NotStated(books, March);
        var prepared = await node.PrepareAsync(March);
        Assert.Equal(lacking, Waivable(prepared.Findings));
        Assert.Equal(lacking,
            Waivable((await node.AskAsync<GetTrialStatementResponse>(new GetTrialStatementRequest { Month = March.ToProto() })).Findings));

        var bare = await node.AskAsync(Close(March), "closer");
        Assert.Equal("MEASURE_NOT_STATED", bare.Reason);
        Assert.Equal(string.Join(", ", lacking.Take(NamedMax)), bare.Info!.Metadata["measures"]);
        Assert.Equal($"{Math.Max(0, lacking.Count - NamedMax)}", bare.Info.Metadata["more"]);
        var last = await node.AskAsync(Waived(lacking.SkipLast(1)), "closer");
        Assert.Equal(("MEASURE_NOT_STATED", lacking[^1]), (last.Reason, last.Info!.Metadata["measures"]));

        var closed = await node.AskAsync<ClosePeriodResponse>(Waived(lacking.Reverse()), "closer");
        Assert.Equal(prepared.TrialStatement, closed.Statement);
        var told = (await node.EventsAsync())[^1];
        Assert.Equal(Waiving.Of(lacking), told.Waivers);
        Assert.Equal(told.Waivers, (await node.AskAsync<GetPeriodResponse>(new GetPeriodRequest { Month = March.ToProto() })).Waivers);
    });

    [Fact]
    public Task A_waiver_is_of_a_required_measure_that_the_month_lacks_and_has_a_reason() => HoldsAsync(async (node, _, _, _) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March).Concat(Business.Zeros(March)));
        await node.PrepareAsync(March);
        var required = MeasureCatalog.Measures.Values
            .First(measure => measure.Source == Business.Name && measure.Requirement == Requirement.Monthly).Name;
        foreach (var unknown in new[] { "", "nothing.at_all", $"{Business.Name}.", Business.Name == "atm" ? "cloud.capex" : "atm.cost", "group.balance.cash" })
            await RefusedAsync("FIELD_INVALID", node.AskAsync(Waived([unknown]), "closer"));
        await RefusedAsync("FIELD_INVALID", node.AskAsync(Waived([required, required]), "closer"));
        foreach (var reason in new[] { "", new string('x', 1_001) })
        {
            var request = Close(March);
            request.Waivers.Add(new Waiver { Measure = required, Reason = reason });
            await RefusedAsync("FIELD_INVALID", node.AskAsync(request, "closer"));
        }

        var needless = await node.AskAsync(Waived([required]), "closer");
        Assert.Equal(("MEASURE_STATED", required), (needless.Reason, needless.Info!.Metadata["measure"]));
    });

    [Fact]
    public Task An_entry_of_amount_zero_states_zero() => HoldsAsync(async (node, _, _, _) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March).Concat(Business.Zeros(March)));
        Assert.Empty(Business.NotStated(books, March));
        Assert.Empty(Waivable((await node.PrepareAsync(March)).Findings));
        await node.AskAsync<ClosePeriodResponse>(Close(March), "closer");
        await CompareAsync(node, books, [March]);
        Assert.Empty((await node.AuditAsync()).Findings);
    });

    [Fact]
    public Task A_revision_that_rolls_forward_keeps_the_waivers_of_its_month() => HoldsAsync(async (node, _, random, _) =>
    {
        var (books, april) = (new Books(), March.PlusMonths(1));
        await node.RecordAsync(books, Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        await node.CloseAsync(March);
        await node.CloseAsync(april);
        var waivers = (await node.EventsAsync())[^1].Waivers;
        Assert.Equal(Business.NotStated(books, april), waivers.Select(waiver => waiver.Measure));

        await node.ReopenAsync(March);
        await node.RecordAsync(books, Business.Sure(random, March.LastDay()));
        await node.CloseAsync(March);
        var rolled = (await node.EventsAsync())[^1];
        Assert.Equal((Transition.RolledForward, april), (rolled.Transition, rolled.Month.ToYearMonth()));
        Assert.Equal(waivers.Where(waiver => Business.NotStated(books, april).Contains(waiver.Measure)), rolled.Waivers);
        var period = await node.AskAsync<GetPeriodResponse>(new GetPeriodRequest { Month = april.ToProto() });
        Assert.Equal((2, rolled.Waivers), (period.Period.Revision, period.Waivers));
    });

    private static IMessage Waived(IEnumerable<string> measures)
    {
        var request = Close(March);
        request.Waivers.AddRange(Waiving.Of(measures));
        return request;
    }

    private static IEnumerable<string> Waivable(IEnumerable<Finding> findings) => findings
        .Where(finding => finding.Severity == Severity.Waivable)
        .Select(finding => finding.Code == "MEASURE_NOT_STATED" ? finding.Measure : finding.Code);
}

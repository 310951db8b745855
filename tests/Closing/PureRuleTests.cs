using FsCheck;
using FsCheck.Xunit;
using Iij.Closing;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>The pure rules of a source over every table of periods, compared with a naive reading of their definitions.</summary>
public sealed class PureRuleTests
{
    private const int Cases = 1_000;
    private static readonly YearMonth _first = new(2012, 1);
    private static readonly PeriodState[] _states =
        [PeriodState.Open, PeriodState.Prepared, PeriodState.Closed, PeriodState.Reopened, PeriodState.Locked];

    [Property(MaxTest = Cases)]
    public void An_entry_is_posted_to_its_month_or_the_next_that_takes_entries(byte[] table, byte month, byte day, bool late)
    {
        var periods = Periods(table);
        var date = _first.PlusMonths(month % (table.Length + 2)).OnDayOfMonth(1 + (day % 28));
        bool Takes(YearMonth at) => periods.FirstOrDefault(period => period.YearMonth == at) is not { State: not (PeriodState.Open or PeriodState.Reopened) };
        var next = Enumerable.Range(0, table.Length + 3).Select(date.Month().PlusMonths).First(Takes);
        var calendar = new PostingCalendar(periods, late ? LateEntryPolicy.PostToNextOpenPeriod : LateEntryPolicy.Refuse);
        if (late || Takes(date.Month()))
        {
            Assert.Equal(next, calendar.PostedMonth(date, EntryClass.Activity));
            return;
        }

        var refusal = Assert.Throws<Refusal>(() => calendar.PostedMonth(date, EntryClass.Activity));
        Assert.Equal((Reason.PeriodClosed, next.ToIso()), (refusal.Reason, refusal.Metadata.Single(pair => pair.Key == "next_open_month").Value));
    }

    [Property(MaxTest = Cases)]
    public void Credit_notes_never_take_more_than_an_entry_posted(NonZeroInt posted, PositiveInt[] amounts)
    {
        var entry = new RecordedEntry(1, "COST", _first.OnDayOfMonth(1), _first, EntryClass.Activity, null, [new("network.cost", posted.Get)]);
        long credited = 0;
        foreach (var amount in amounts.Select(amount => amount.Get))
        {
            var isTaken = credited + amount <= Math.Abs((long)posted.Get);
            var taken = Record.Exception(() =>
            {
                var line = CreditNote.Take(entry, CreditNote.PostingOf(entry, ""), credited, amount);
                Assert.Equal(posted.Get < 0 ? amount : -amount, line.Amount);
                credited += amount;
            });
            Assert.Equal(isTaken ? null : Reason.CreditBeyondLeft, (taken as Refusal)?.Reason);
        }
    }

    [Property(MaxTest = Cases)]
    public void Months_close_in_order_and_only_a_prepared_one_by_another_person(byte[] table, byte month, bool same)
    {
        // The books have begun: their first month is closed.
        var periods = Periods([2, .. table]);
        var at = _first.PlusMonths(1 + (month % (table.Length + 1)));
        var rules = new PeriodRules(periods);
        var state = periods.FirstOrDefault(period => period.YearMonth == at)?.State ?? PeriodState.Open;
        var isBehind = periods.Any(period => period.YearMonth == at.PlusMonths(-1) && period.State is not (PeriodState.Closed or PeriodState.Locked));
        var refusal = (Record.Exception(() => rules.Close(at, same ? "preparer" : "closer")) as Refusal)?.Reason;
        var expected = state switch
        {
            PeriodState.Closed or PeriodState.Locked => Reason.PeriodAlreadyClosed,
            not PeriodState.Prepared => Reason.PeriodNotPrepared,
            _ when isBehind => Reason.PeriodOrder,
            _ when same => Reason.SamePerson,
            _ => null,
        };
        Assert.Equal(expected, refusal);
    }

    private static List<PeriodRow> Periods(byte[] table) => [.. table.Select((cell, at) => Period(_first.PlusMonths(at), _states[cell % _states.Length]))];

    private static PeriodRow Period(YearMonth month, PeriodState state) => new()
    {
        Month = month.ToIso(), StateName = state.ToString(), Revision = state is PeriodState.Closed or PeriodState.Locked or PeriodState.Reopened ? 1 : 0,
        PreparedBy = state == PeriodState.Prepared ? "preparer" : "",
    };
}

using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>
/// A random history of one source: entries, reversals and transitions, valid and not, each answer compared with the naive model at
/// once, each statement recomputed from the acknowledged entries at the moment it is fixed.
/// </summary>
internal sealed class History(Node node, Random random, ICollection<string> steps, YearMonth first, bool late)
{
    private const int MonthsAtMost = 5;
    private static readonly string[] _people = ["akira", "beni", "chie"];

    private long _sequence;

    public Books Books { get; } = new();

    public Months Months { get; } = new();

    /// <summary>What the last revision of each month was closed without.</summary>
    public Dictionary<YearMonth, IReadOnlyList<string>> Waived { get; } = [];

    public int Acknowledged { get; private set; }

    public int Refused { get; private set; }

    public int Statements { get; private set; }

    public int Credits { get; private set; }

    private Business Business => node.Business;

    public async Task BeginAsync()
    {
        await node.RecordAsync(Books, Business.Ground(first));
        await node.RecordAsync(Books, Business.Sure(random, first.FirstDay()));
    }

    public Task StepAsync() => random.Next(100) switch
    {
        < 55 => RecordAsync(),
        < 63 => ReverseAsync(),
        < 67 => CreditAsync(),
        < 71 => RecordWrongAsync(),
        < 90 => AdvanceAsync(),
        _ => TransitAsync((Transition)random.Next(1, 7), AnyMonth(), random.One(_people)),
    };

    /// <summary>Closes whatever is behind, so that the history ends with the books in order.</summary>
    public async Task SettleAsync()
    {
        for (var turn = 0; turn < 3 * MonthsAtMost; turn++)
            await AdvanceAsync(straight: true);
    }

    // Months that are open for entries mostly, one that is not now and then.
    private YearMonth AnyMonth() => first.PlusMonths(random.Next(MonthsAtMost + 1) - (random.Chance(5) ? 1 : 0));

    private YearMonth Frontier() => Months.NextOpen(first);

    private async Task RecordAsync()
    {
        var month = random.Chance(75) ? Frontier() : AnyMonth();
        var draft = Business.Any(random, Books, month);
        var answer = await node.AskAsync(Wire.WithId(draft.Request, Node.NewId()));
        steps.Add($"{draft} -> {answer}");
        if (Judge(draft, draft.Date.Month(), answer))
            Books.Add(draft, answer.Receipt);
    }

    private async Task ReverseAsync()
    {
        if (Books.Entries.Count == 0)
            return;
        var entry = random.One(Books.Entries);
        var date = random.Chance(50) && !Business.IsReversedOnItsOwnDate(entry.Draft) ? entry.Date.PlusDays(random.Next(45)) : entry.Date;
        var request = new ReverseEntryRequest
        {
            RequestId = Node.NewId(), EntryNumber = entry.Number, Reason = "wrong", ReversedOn = date == entry.Date ? null : date.ToProto(),
        };
        var answer = await node.AskAsync(request);
        steps.Add($"reverse {entry.Number} {entry.Draft} of {entry.Month.ToIso()} on {date.ToIso()} -> {answer}");
        if (entry.Reverses is not null || entry.ReversedBy is not null)
            Assert.Equal(entry.Reverses is not null ? "ENTRY_IS_REVERSAL" : "ENTRY_REVERSED", answer.Reason);
        else if (Books.Entries.Any(credit => credit.Credits == entry && credit.Stands))
            Assert.Equal("ENTRY_CREDITED", answer.Reason);
        else if (Judge(entry.Draft, date.Month() > entry.Month ? date.Month() : entry.Month, answer))
            Books.Reverse(entry, date, answer.Receipt);
    }

    // A part of an entry, now and then more than is left of it.
    private async Task CreditAsync()
    {
        if (Books.Entries.Count == 0)
            return;
        var entry = random.One(Books.Entries);
        var lines = entry.Credits is null ? Business.Creditable(entry.Draft) : [];
        var line = lines.Count == 0 ? null : random.One(lines);
        var left = line is null ? 1 : Books.Left(entry, line);
        var amount = random.Chance(15) || left == 0 ? left + 1 : 1 + random.NextInt64(left);
        var date = random.Chance(50) ? entry.Date.PlusDays(random.Next(45)) : entry.Date;
        var answer = await node.AskAsync(new CreditEntryRequest
        {
            RequestId = Node.NewId(), EntryNumber = entry.Number, AmountJpy = amount, Measure = lines.Count > 1 ? line!.Measure : "",
            Reason = "a lower price", CreditedOn = date == entry.Date ? null : date.ToProto(),
        });
        steps.Add($"credit {amount} of {entry.Number} {entry.Draft} of {entry.Month.ToIso()} on {date.ToIso()} -> {answer}");
        if (entry.ReversedBy is not null)
            Assert.Equal("ENTRY_REVERSED", answer.Reason);
        else if (line is null || entry.Reverses is not null)
            Assert.Equal("ENTRY_NOT_CREDITABLE", answer.Reason);
        else if (amount > left)
            Assert.Equal(("CREDIT_BEYOND_LEFT", $"{left}"), (answer.Reason, answer.Info!.Metadata["left"]));
        else if (Judge(entry.Draft, date.Month() > entry.Month ? date.Month() : entry.Month, answer))
            Books.Credit(entry, date, Business.Credit(line, amount), answer.Receipt);
        Credits += answer.IsOk ? 1 : 0;
    }

    private async Task RecordWrongAsync()
    {
        var (request, reason) = random.One(Business.Wrong(Frontier().FirstDay()));
        var answer = await node.AskAsync(Wire.WithId(request, Node.NewId()));
        steps.Add($"{request.Descriptor.Name} {request} -> {answer}");
        if (answer.Reason is not ("ATM_EXISTS" or "PERIOD_CLOSED") && !(answer.IsOk && reason == "ATM_EXISTS"))
            Assert.Equal(reason, answer.Reason);
        if (answer.IsOk)
            Books.Add(new Draft(request, Frontier().FirstDay(), new Line("atm.placed", 1)) { About = "ATM-OLD" }, answer.Receipt);
    }

    // The period decides where an entry goes; a rule of the business may refuse it besides.
    private bool Judge(Draft draft, YearMonth month, Answer answer)
    {
        var (posted, reason) = Months.Posted(month, draft.Opening, late && !draft.OwnMonth);
        if (answer.IsOk)
        {
            Acknowledged++;
            Assert.Equal((posted, ""), (answer.Receipt.PostedMonth.ToYearMonth(), reason));
            return true;
        }

        Refused++;
        if (posted is not null)
            Assert.False(answer.Reason is "PERIOD_CLOSED" or "BEFORE_THE_BOOKS", $"{posted} takes it: {answer}");
        if (answer.Reason == "PERIOD_CLOSED")
            Assert.Equal(Months.NextOpen(month).ToIso(), answer.Info!.Metadata["next_open_month"]);
        return false;
    }

    private Task AdvanceAsync(bool straight = false)
    {
        var known = Months.Known.Where(month => !month.Value.IsClosed).Select(month => month.Key);
        var behind = known.Append(Months.Known.Count == 0 ? Books.FirstActivity() ?? first : Months.Known.Keys.Last().PlusMonths(1)).Min();
        if (behind > first.PlusMonths(MonthsAtMost - 1))
        {
            var closed = Months.Known.Where(month => month.Value.State == PeriodState.Closed).Select(month => month.Key).ToList();
            var locked = Months.Known.Where(month => month.Value.State == PeriodState.Locked).Select(month => month.Key).ToList();
            if (straight || closed.Count + locked.Count == 0)
                return Task.CompletedTask;
            return locked.Count > 0
                ? TransitAsync(Transition.Unlocked, random.One(locked), "akira")
                : TransitAsync(Transition.Reopened, random.One(closed), "akira");
        }

        var state = Months[behind];
        if (state.State != PeriodState.Prepared)
            return TransitAsync(Transition.Prepared, behind, straight ? "akira" : random.One(_people));
        return TransitAsync(
            straight || random.Chance(85) ? Transition.Closed : Transition.Returned, behind,
            straight ? _people.First(person => person != state.PreparedBy) : random.One(_people));
    }

    private async Task TransitAsync(Transition transition, YearMonth month, string actor)
    {
        var waivers = transition == Transition.Closed ? Waivers(month) : [];
        var refusal = Months.Refusal(transition, month, actor, Books.FirstActivity());
        if (refusal.Length == 0 && transition is Transition.Prepared or Transition.Closed)
            refusal = Problem(transition, month, waivers);
        var answer = await node.AskAsync(Request(transition, month.ToProto(), waivers), actor);
        steps.Add($"{actor}: {transition} {month.ToIso()} -> {answer}");
        Assert.Equal(refusal, answer.Reason);
        if (refusal == "PERIOD_ALREADY_CLOSED")
            Assert.Equal($"{Months[month].Revision}", answer.Info!.Metadata["revision"]);
        if (!answer.IsOk)
            return;
        var later = Months.Apply(transition, month, actor);
        if (answer.Response is ReopenPeriodResponse reopened)
            Assert.Equal(Months.Known.Where(m => m.Key > month && m.Value.Impacted).Select(m => m.Key.ToProto()), reopened.Impacted);
        await CompareEventsAsync([(transition, month), .. later], actor);
    }

    // What the month does not state is waived; now and then one waiver is forgotten.
    private IReadOnlyList<string> Waivers(YearMonth month)
    {
        var waivers = Business.NotStated(Books, month);
        return waivers.Count > 0 && random.Chance(5) ? [.. waivers.Skip(1)] : waivers;
    }

    // Why the statements that a transition makes are refused: of the month itself and of those that roll forward with it.
    private string Problem(Transition transition, YearMonth month, IReadOnlyList<string> waivers)
    {
        if (!IsSound(month))
            return "VALIDATION_FAILED";
        if (transition != Transition.Closed)
            return "";
        if (Business.NotStated(Books, month).Except(waivers).Any())
            return "MEASURE_NOT_STATED";
        foreach (var later in Months.Rolling(month))
        {
            if (!IsSound(later))
                return "VALIDATION_FAILED";
            if (Business.NotStated(Books, later).Except(Waived[later]).Any())
                return "MEASURE_NOT_STATED";
        }

        return "";
    }

    // A stock that came below zero because late entries count later than they are dated refuses the close.
    private bool IsSound(YearMonth month) => !Business.Statement(Books, month, Months.IsFirst(month))
        .Any(fact => fact.Unscaled < 0 && Business.IsNeverNegative(fact.Measure));

    private async Task CompareEventsAsync(IReadOnlyList<(Transition Transition, YearMonth Month)> happened, string actor)
    {
        var events = await node.EventsAsync(_sequence);
        Assert.Equal(happened, events.Select(each => (each.Transition, each.Month.ToYearMonth()!.Value)));
        foreach (var each in events)
        {
            Assert.Equal((++_sequence, _sequence - 1, actor), (each.Sequence, each.PreviousSequence, each.Actor));
            if (each.Transition == Transition.Returned && each != events[0])
                Assert.StartsWith(happened[0].Month.ToIso(), each.Reason, StringComparison.Ordinal);
            Assert.Equal(Months[each.Month.ToYearMonth()!.Value].Revision, each.Revision);
            if (each.Transition is Transition.Closed or Transition.RolledForward)
                CompareStatement(each);
            else
                Assert.Equal(("", "", 0), (each.Schema, each.Body, each.Waivers.Count));
        }
    }

    private void CompareStatement(PeriodEvent fixedOne)
    {
        var month = fixedOne.Month.ToYearMonth()!.Value;
        var statement = MeasureCatalog.Parse(fixedOne.Schema, fixedOne.Body)!;
        Assert.Equal(Business.Statement(Books, month, Months.IsFirst(month)), Fact.Of(statement));
        Waived[month] = Business.NotStated(Books, month);
        Assert.Equal(Waived[month], fixedOne.Waivers.Select(waiver => waiver.Measure));
        Statements++;
    }

    private static IMessage Request(Transition transition, Iij.Period.V1.Month month, IEnumerable<string> waivers) => transition switch
    {
        Transition.Prepared => new PreparePeriodRequest { RequestId = Node.NewId(), Month = month },
        Transition.Returned => new ReturnPeriodRequest { RequestId = Node.NewId(), Month = month, Reason = "not yet" },
        Transition.Closed => new ClosePeriodRequest { RequestId = Node.NewId(), Month = month, Waivers = { Waiving.Of(waivers) } },
        Transition.Reopened => new ReopenPeriodRequest { RequestId = Node.NewId(), Month = month, Reason = "a late invoice" },
        Transition.Locked => new LockPeriodRequest { RequestId = Node.NewId(), Month = month },
        _ => new UnlockPeriodRequest { RequestId = Node.NewId(), Month = month, Reason = "a correction" },
    };
}

using System.Globalization;
using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Backlog;

/// <summary>
/// An order's life and the rules of its entries, pure: given everything posted for one order, a rule gives the decision to record
/// or refuses. What is left of an order is never below zero, neither at a date nor in a month's books, so a rule looks at its own
/// date and at every later one. Acceptance and cancellation take all that is left and end the life: they are dated last, and
/// nothing moves the order any more until they are reversed.
/// </summary>
/// <param name="OrderId">Its id.</param>
/// <param name="Receipt">Its receipt; null where it was never received or the receipt was reversed.</param>
/// <param name="AcceptedOn">When the customer accepted; null before, and for an operation order.</param>
/// <param name="CancelledOn">When it was cancelled, or null.</param>
/// <param name="Movements">Every change of what is left, reversals too, in the order of recording.</param>
/// <param name="Calendar">Which month takes an entry.</param>
public sealed record Order(
    string OrderId, Receipt? Receipt, LocalDate? AcceptedOn, LocalDate? CancelledOn, IReadOnlyList<Movement> Movements,
    PostingCalendar Calendar)
{
    /// <summary>The entry that receives an order.</summary>
    public const string Received = "ORDER_RECEIVED";

    /// <summary>The entry that changes its amount.</summary>
    public const string Amended = "ORDER_AMENDED";

    /// <summary>The entry that takes the remainder out of backlog.</summary>
    public const string Cancelled = "ORDER_CANCELLED";

    /// <summary>The entry that recognises revenue against it.</summary>
    public const string Recognised = "REVENUE_RECOGNISED";

    /// <summary>The customer orders. Refuses ORDER_EXISTS.</summary>
    /// <param name="on">The day of receipt.</param>
    /// <param name="kind">What is ordered.</param>
    /// <param name="amount">Yen, zero or more.</param>
    /// <param name="opening">From before the ledger: backlog, but no order received of a period.</param>
    public Decision Receive(LocalDate on, OrderKind kind, long amount, bool opening)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (Receipt is { } before)
            throw Rule(Reason.OrderExists, on, $"was received on {before.On.ToIso()}", OtherDate(before.On));
        return new Decision(Received, on, Lines(opening ? kind.OpeningEntered : kind.OrdersReceived, amount, kind, amount),
            opening ? EntryClass.OpeningStock : EntryClass.Activity);
    }

    /// <summary>The amount changes. Refuses BEFORE_RECEIPT, ORDER_CANCELLED, CONSTRUCTION_ACCEPTED, BELOW_RECOGNISED.</summary>
    /// <param name="on">From when.</param>
    /// <param name="change">Yen of either sign, not zero.</param>
    public Decision Amend(LocalDate on, long change)
    {
        var kind = RequireReceived(on);
        RequireUnended(on);
        RequireCovered(on, change, Posted(on));
        return new Decision(Amended, on, Lines(kind.Amendments, change, kind, change));
    }

    /// <summary>
    /// The remainder leaves the backlog. Refuses BEFORE_RECEIPT, ORDER_CANCELLED, CONSTRUCTION_ACCEPTED, LATER_ENTRIES.
    /// </summary>
    public Decision Cancel(LocalDate on)
    {
        var kind = RequireReceived(on);
        RequireUnended(on);
        RequireLast(on, "a cancellation");
        var remainder = StandsOn(on);
        RequireLeft(on, remainder);
        return new Decision(Cancelled, on, Lines(kind.Cancellations, remainder, kind, -remainder));
    }

    /// <summary>
    /// Revenue is recognised. Refuses BEFORE_RECEIPT, ORDER_CANCELLED, BEYOND_WHAT_IS_LEFT, and of a construction order
    /// CONSTRUCTION_ACCEPTED, LATER_ENTRIES, CONSTRUCTION_IN_PART.
    /// </summary>
    /// <param name="on">The day of receipt or later.</param>
    /// <param name="amount">Yen, zero or more.</param>
    public Decision Recognise(LocalDate on, long amount)
    {
        var kind = RequireReceived(on);
        if (kind == OrderKind.Construction)
        {
            RequireUnended(on);
            RequireLast(on, "an acceptance");
            var stands = StandsOn(on);
            if (amount < stands)
            {
                throw Rule(Reason.ConstructionInPart, on, $"is a construction order, recognised once in full: {stands} is left, not {amount}",
                    Left(stands), Of(amount));
            }
        }
        else if (CancelledOn is not null)
        {
            throw AlreadyCancelled(on);
        }

        RequireLeft(on, amount);
        return new Decision(Recognised, on, Lines(kind.Revenue, amount, kind, -amount));
    }

    /// <summary>
    /// Refuses the reversal of one of its entries: ORDER_HAS_ENTRIES (the receipt goes last), CONSTRUCTION_ACCEPTED or
    /// ORDER_CANCELLED (what ended the life goes first), BELOW_RECOGNISED (at some date the amount would not cover the revenue).
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="on">When it is taken back: its own date or later.</param>
    public void CheckReversal(RecordedEntry entry, LocalDate on)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var others = Movements.Count(movement => movement.Stands && movement.Entry != entry.Number);
        if (entry.Kind == Received && others > 0)
        {
            throw Rule(Reason.OrderHasEntries, on, $"has {others} other entries; reverse them first",
                ("entries", others.ToString(CultureInfo.InvariantCulture)));
        }

        // An acceptance or cancellation took what was left then: what it was reckoned from stands while it does.
        var endsLife = entry.Kind == Cancelled || (entry.Kind == Recognised && AcceptedOn is not null);
        if (!endsLife)
            RequireUnended(on);
        var change = -Movements.Where(movement => movement.Entry == entry.Number).Sum(movement => movement.Change);
        RequireCovered(on, change, Calendar.ReversalMonth(entry, on));
    }

    /// <summary>
    /// The measures that a credit note moves with the one it takes from. Refuses ENTRY_NOT_CREDITABLE: an entry that changes an order.
    /// </summary>
    /// <param name="entry">The entry that is credited in part.</param>
    /// <param name="measure">The measure that the credit note takes from.</param>
    public static IReadOnlyList<string> MovedByCredit(RecordedEntry entry, string measure)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Kind is Received or Amended or Cancelled)
            throw CreditNote.NotCreditable(entry, "changes an order; amend the order instead");
        // A lower price: the order goes down with the revenue, so that what is left of it stays.
        return entry.Kind == Recognised ? [OrderKind.Earning(measure).Amendments] : [];
    }

    // Twofold: the month's own measure, and the balance that every entry of the order moves. So the closing is posted, not derived,
    // and the roll-forward is a control over two sets of postings.
    private List<PostingLine> Lines(string measure, long amount, OrderKind kind, long change) =>
        [new(measure, amount, OrderId), new(kind.Backlog, change, OrderId)];

    private OrderKind RequireReceived(LocalDate on)
    {
        if (Receipt is not { } receipt)
            throw Unknown(OrderId);
        return on >= receipt.On
            ? receipt.Kind
            : throw Rule(Reason.BeforeReceipt, on, $"was received on {receipt.On.ToIso()}, after {on.ToIso()}", OtherDate(receipt.On));
    }

    private void RequireUnended(LocalDate on)
    {
        if (CancelledOn is not null)
            throw AlreadyCancelled(on);
        if (AcceptedOn is { } accepted)
        {
            throw Rule(Reason.ConstructionAccepted, on, $"was accepted on {accepted.ToIso()}; reverse that first if it was wrong",
                OtherDate(accepted));
        }
    }

    private void RequireLast(LocalDate on, string what)
    {
        var later = Movements.Where(movement => movement.Date > on)
            .GroupBy(movement => movement.Date)
            .Where(day => day.Any(movement => movement.Stands) || day.Sum(movement => movement.Change) != 0)
            .Select(day => (LocalDate?)day.Key)
            .Min();
        if (later is { } date)
            throw Rule(Reason.LaterEntries, on, $"has entries dated {date.ToIso()}; {what} is an order's last", OtherDate(date));
    }

    private void RequireLeft(LocalDate on, long amount)
    {
        var left = LeftFrom(on, Posted(on));
        if (amount > left)
            throw Rule(Reason.BeyondWhatIsLeft, on, $"has {left} left from {on.ToIso()} on, not {amount}", Left(left), Of(amount));
    }

    private void RequireCovered(LocalDate on, long change, YearMonth month)
    {
        var left = LeftFrom(on, month);
        if (change < 0 && left + change < 0)
        {
            var recognised = -Movements.Where(movement => movement.Kind == Recognised).Sum(movement => movement.Change);
            throw Rule(Reason.BelowRecognised, on,
                $"has {left} left from {on.ToIso()} on: less {-change} its amount would not cover what is recognised",
                Left(left), Of(change), ("recognised", recognised.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private long StandsOn(LocalDate on) => Movements.Where(movement => movement.Date <= on).Sum(movement => movement.Change);

    // The least that is left at any date from one on, and at the end of any month from the one that takes the entry: a late entry
    // counts from its own date in the order's life and from its month in the books.
    private long LeftFrom(LocalDate on, YearMonth month) => Math.Min(
        Least(Movements.Select(movement => (movement.Date, movement.Change)), on),
        Least(Movements.Select(movement => (movement.Month, movement.Change)), month));

    private YearMonth Posted(LocalDate on) => Calendar.PostedMonth(on, EntryClass.Activity);

    private static long Least<TTime>(IEnumerable<(TTime At, long Change)> changes, TTime from)
        where TTime : IComparable<TTime>
    {
        var steps = changes.ToLookup(change => change.At.CompareTo(from) > 0);
        var stands = steps[false].Sum(change => change.Change);
        var least = stands;
        foreach (var step in steps[true].GroupBy(change => change.At).OrderBy(step => step.Key))
        {
            stands += step.Sum(change => change.Change);
            least = Math.Min(least, stands);
        }

        return least;
    }

    /// <summary>NOT_FOUND, ORDER_UNKNOWN.</summary>
    public static Refusal Unknown(string orderId) =>
        new Refusal(Reason.OrderUnknown, $"order {orderId} was never received", ("order_id", orderId));

    private Refusal AlreadyCancelled(LocalDate on) =>
        Rule(Reason.OrderCancelled, on, $"was cancelled on {CancelledOn!.Value.ToIso()}; reverse that first if it was wrong",
            OtherDate(CancelledOn.Value));

    private Refusal Rule(Reason reason, LocalDate on, string what, params (string Key, string Value)[] metadata) =>
        new(reason, $"order {OrderId} {what}", [("order_id", OrderId), ("date", on.ToIso()), .. metadata]);

    private static (string Key, string Value) OtherDate(LocalDate date) => ("other_date", date.ToIso());

    private static (string Key, string Value) Left(long yen) => ("left", yen.ToString(CultureInfo.InvariantCulture));

    private static (string Key, string Value) Of(long yen) => ("amount", yen.ToString(CultureInfo.InvariantCulture));
}

/// <summary>An order's receipt.</summary>
/// <param name="Kind">What is ordered.</param>
/// <param name="On">The day of receipt.</param>
public sealed record Receipt(OrderKind Kind, LocalDate On);

/// <summary>A change of what is left of an order.</summary>
/// <param name="Entry">The entry that posted it.</param>
/// <param name="Kind">The entry's kind; a reversal has the kind of what it reverses.</param>
/// <param name="Date">The entry's own date.</param>
/// <param name="Month">The month it is posted to.</param>
/// <param name="Change">Yen: an order adds, revenue takes away.</param>
/// <param name="Stands">Neither reversed nor itself a reversal.</param>
/// <param name="Reason">Of an amendment or cancellation; empty otherwise.</param>
public sealed record Movement(long Entry, string Kind, LocalDate Date, YearMonth Month, long Change, bool Stands, string Reason);

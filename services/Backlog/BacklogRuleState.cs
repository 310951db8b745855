using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Backlog;

/// <summary>The orders and the counts of personnel that the rules of a batch look at.</summary>
public sealed class BacklogRuleState(BacklogStore store) : RuleState
{
    private readonly HashSet<string> _needed = [];
    private readonly Dictionary<string, OrderLife> _orders = [];
    private readonly StandingKeys<YearMonth> _counts = new();

    /// <summary>Notes that an order is needed.</summary>
    public void Need(string orderId) => _needed.Add(orderId);

    /// <summary>Notes that the count of outsourced personnel of a month is needed.</summary>
    public void NeedCount(YearMonth month) => _counts.Need(month);

    /// <summary>An order; without a receipt where it was never received or the receipt was reversed.</summary>
    public Order Order(string orderId) => _orders[orderId].Order(Calendar);

    /// <summary>Whether outsourced personnel of a month is counted.</summary>
    public bool IsCounted(YearMonth month) => _counts.Find(month) is not null;

    /// <inheritdoc/>
    public override void NeedReversal(RecordedEntry entry)
    {
        if (IsOfOrder(entry))
            Need(entry.Postings[0].Subject);
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(Transaction transaction)
    {
        if (_needed.Count > 0)
        {
            foreach (var order in await store.FindAsync(transaction, [.. _needed]))
                _orders.Add(order.OrderId, order);
        }

        if (_counts.Needed.Count == 0)
            return;
        foreach (var (month, entry) in await store.CountsAsync(transaction, [.. _counts.Needed]))
            _counts.Add(month, entry);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TableRow> Reverse(RecordedEntry entry, LocalDate on)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (IsOfOrder(entry))
            Order(entry.Postings[0].Subject).CheckReversal(entry, on);
        else if (entry.Kind == SiFigures.PersonnelCounted)
            SiFigures.RequireReversible(entry, on, Calendar);
        return [];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> MovedByCredit(RecordedEntry entry, string measure) => Backlog.Order.MovedByCredit(entry, measure);

    /// <inheritdoc/>
    public override void Apply(RecordedEntry entry, RecordedEntry? reversed, IReadOnlyList<TableRow> rows)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (IsOfOrder(entry))
            _orders[entry.Postings[0].Subject].Apply(entry, reversed);
        else if (reversed is not null)
            _counts.Remove(reversed.Number);
        else if (entry.Kind == SiFigures.PersonnelCounted)
            _counts.Add(entry.Date.Month(), entry.Number);
    }

    private static bool IsOfOrder(RecordedEntry entry) =>
        entry.Kind is Backlog.Order.Received or Backlog.Order.Amended or Backlog.Order.Cancelled or Backlog.Order.Recognised;
}

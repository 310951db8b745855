using Iij.Closing;
using NodaTime;

namespace Iij.Backlog;

/// <summary>What is recorded of one order, as it is stored and as the entries of a batch move it.</summary>
/// <param name="orderId">Its id.</param>
public sealed class OrderLife(string orderId)
{
    private readonly List<(OrderKind Kind, Movement Movement)> _movements = [];

    /// <summary>Its id.</summary>
    public string OrderId { get; } = orderId;

    /// <summary>Its receipt; null where none stands.</summary>
    public Receipt? Receipt { get; set; }

    /// <summary>When the customer accepted, or null.</summary>
    public LocalDate? AcceptedOn { get; set; }

    /// <summary>When it was cancelled, or null.</summary>
    public LocalDate? CancelledOn { get; set; }

    /// <summary>Adds a change of what is left of it, of the kind that it had then.</summary>
    public void Add(OrderKind kind, Movement movement) => _movements.Add((kind, movement));

    /// <summary>The changes of what is left of it, in the order of recording: those of its kind, as an earlier receipt may have had another.</summary>
    public IReadOnlyList<Movement> Movements => [.. _movements.Where(each => each.Kind == Receipt?.Kind).Select(each => each.Movement)];

    /// <summary>The order that the rules look at.</summary>
    public Order Order(PostingCalendar calendar) => new(OrderId, Receipt, AcceptedOn, CancelledOn, Movements, calendar);

    /// <summary>Moves it by an entry; one that does not change what is left of it changes nothing.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="reversed">The entry that it reverses, or null.</param>
    public void Apply(RecordedEntry entry, RecordedEntry? reversed)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Postings.FirstOrDefault(posting => posting.Subject == OrderId && OrderKind.OfBacklog(posting.Measure) is not null) is not { } posting)
            return;
        var kind = OrderKind.OfBacklog(posting.Measure)!;
        LocalDate? date = reversed is null ? entry.Date : null;
        for (var i = 0; reversed is not null && i < _movements.Count; i++)
        {
            if (_movements[i].Movement.Entry == reversed.Number)
                _movements[i] = (_movements[i].Kind, _movements[i].Movement with { Stands = false });
        }

        Add(kind, new Movement(entry.Number, entry.Kind, entry.Date, entry.Month, posting.Amount, Stands: reversed is null, ""));
        if (entry.Kind == Backlog.Order.Received)
            Receipt = reversed is null ? new Receipt(kind, entry.Date) : null;
        else if (entry.Kind == Backlog.Order.Cancelled)
            CancelledOn = date;
        else if (entry.Kind == Backlog.Order.Recognised && kind == OrderKind.Construction)
            AcceptedOn = date;
    }
}

using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>
/// What the rules of a source read, for the entries of one batch. Each entry says what its rule needs, all of it is loaded with one query a
/// table, and the rules run in memory: each entry that is decided moves the state before the next rule looks.
/// </summary>
public class RuleState
{
    /// <summary>Which month takes an entry, by the periods as they stand and the policy for late entries.</summary>
    public PostingCalendar Calendar { get; internal set; } = new([], LateEntryPolicy.Refuse);

    /// <summary>Notes what <see cref="Reverse"/> needs to look at an entry. Nothing, where the source has no rule for reversals.</summary>
    public virtual void NeedReversal(RecordedEntry entry)
    {
    }

    /// <summary>Reads what was noted as needed.</summary>
    public virtual Task LoadAsync(Transaction transaction) => Task.CompletedTask;

    /// <summary>
    /// Refuses the reversal of an entry that a rule of the source forbids. The reversal itself posts the negated amounts; a row that belongs to a
    /// reversed entry is ignored from then on. Returns the rows that the reversal adds, as <see cref="Decision.Rows"/>.
    /// </summary>
    /// <param name="entry">The entry, which stands.</param>
    /// <param name="on">The date of the reversal: the entry's own or later.</param>
    public virtual IReadOnlyList<TableRow> Reverse(RecordedEntry entry, LocalDate on) => [];

    /// <summary>
    /// The measures that a credit note of an entry moves by the same amount as the one it takes from: none, where the source has no rule of its
    /// own. Refuses an entry of which no part can be credited (ENTRY_NOT_CREDITABLE).
    /// </summary>
    /// <param name="entry">The entry that is credited in part.</param>
    /// <param name="measure">The measure that the credit note takes from.</param>
    public virtual IReadOnlyList<string> MovedByCredit(RecordedEntry entry, string measure) => [];

    /// <summary>Moves the state by an entry that was decided.</summary>
    /// <param name="entry">The entry, as it will be recorded.</param>
    /// <param name="reversed">The entry that it reverses, or null.</param>
    /// <param name="rows">Its own rows, as the decision has them.</param>
    public virtual void Apply(RecordedEntry entry, RecordedEntry? reversed, IReadOnlyList<TableRow> rows)
    {
    }
}

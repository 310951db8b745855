namespace Iij.Closing;

/// <summary>A credit note, which takes back a part of an entry.</summary>
internal sealed record CreditWork(EntryCall Entry, CreditRequest Request) : JournalWork(Entry)
{
    public override long? TakesBack => Request.Entry;

    public override void Need(RuleState state, StandingEntries entries)
    {
        // What is credited before, which the entries hold, is all that it looks at.
    }

    public override Recording Decide(RuleState state, StandingEntries entries)
    {
        var entry = entries.Require(Request.Entry);
        var posting = CreditNote.PostingOf(entry, Request.Measure);
        var moved = state.MovedByCredit(entry, posting.Measure);
        var date = ReversalWork.NotBefore(entry, Request.On, "credited_on");
        var taken = CreditNote.Take(entry, posting, entries.Credited(entry.Number, posting.Measure), Request.Amount);
        var postings = moved.Select(measure => taken with { Measure = measure }).Prepend(taken).ToList();
        var decision = new Decision(CreditNote.Kind, date, postings) { Rows = [JournalStore.Credit(entry.Number, posting.Measure, Request.Amount)] };
        return new Recording(decision, entry, Request.Reason) { Credit = (posting.Measure, Request.Amount) };
    }
}

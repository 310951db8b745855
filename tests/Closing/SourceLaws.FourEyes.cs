using System.Data.Common;
using Iij.Contracts;
using Iij.Tests.Model;

namespace Iij.Tests.Closing;

/// <summary>The database refuses a close without a second person, whatever inserts it.</summary>
public abstract partial class SourceLaws
{
    private static readonly string[] _namesOfAlice = ["alice", "Alice", " alice "];

    [Fact]
    public Task A_row_that_closes_without_a_second_person_is_refused_by_the_database() => HoldsAsync(async (node, database, random, _) =>
    {
        await node.RecordAsync(new Books(), Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        await node.CloseAsync(March);
        await RefusedAsync("2012-03", "mallory"); // closed already, and not prepared since
        await RefusedAsync("2012-04", "mallory"); // never prepared
        await InsertAsync("Prepared", "2012-04", "alice");
        foreach (var same in _namesOfAlice)
            await RefusedAsync("2012-04", same);
        await InsertAsync("Returned", "2012-04", "alice");
        await RefusedAsync("2012-04", "bob");
        await InsertAsync("Prepared", "2012-04", "alice");
        await InsertAsync("Closed", "2012-04", "bob");
        await RefusedAsync("2012-04", "bob");

        async Task RefusedAsync(string month, string actor)
        {
            var error = await Assert.ThrowsAnyAsync<DbException>(() => InsertAsync("Closed", month, actor));
            Assert.Contains("four eyes", error.Message, StringComparison.Ordinal);
        }

        Task<int> InsertAsync(string transition, string month, string actor) => database.ExecuteAsync(
            "INSERT INTO period_event (sequence, event_id, transition, month, revision, has_statement, occurred_at, actor, reason) "
            + $"SELECT MAX(sequence) + 1, 'forged', '{transition}', '{month}', 1, 0, 0, '{actor}', '' FROM period_event");
    });
}

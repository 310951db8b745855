using System.Data.Common;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>The database refuses an approval without a second person, whatever inserts it.</summary>
public sealed class FourEyesTests(PostgresDatabase postgres) : IClassFixture<PostgresDatabase>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_approval_without_a_second_person_is_refused(bool onPostgres)
    {
        await using var bench = await Bench.StartAsync(onPostgres ? postgres.ConnectionString : "");
        foreach (var (kind, subject) in new[] { ("Edition", "'FY2012-Q1', 1, 0"), ("Lines", "'', 0, 7") })
        {
            await RefusedAsync(kind, subject, "mallory"); // never prepared
            await InsertAsync(kind + "Prepared", subject, "alice");
            foreach (var same in new[] { "alice", "Alice", " alice " })
                await RefusedAsync(kind, subject, same);
            await InsertAsync(kind + "Returned", subject, "alice");
            await RefusedAsync(kind, subject, "bob");
            await InsertAsync(kind + "Prepared", subject, "alice");
            await InsertAsync(kind + "Approved", subject, "bob");
            await RefusedAsync(kind, subject, "bob");
        }

        async Task RefusedAsync(string kind, string subject, string actor)
        {
            var error = await Assert.ThrowsAnyAsync<DbException>(() => InsertAsync(kind + "Approved", subject, actor));
            Assert.Contains("four eyes", error.Message, StringComparison.Ordinal);
        }

        Task<int> InsertAsync(string kind, string subject, string actor) => bench.ExecuteAsync(
            "INSERT INTO decision (knowledge, kind, source, incarnation, month, revision, actor, decided_at, period, edition, lines_version) "
            + $"SELECT COALESCE(MAX(knowledge), 100) + 1, '{kind}', '', '', '', 0, '{actor}', 0, {subject} FROM decision");
    }
}

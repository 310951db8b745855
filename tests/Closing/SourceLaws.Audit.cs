using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;

namespace Iij.Tests.Closing;

/// <summary>One yen altered anywhere is found.</summary>
public abstract partial class SourceLaws
{
    [Fact]
    public Task One_yen_altered_by_hand_is_found() => HoldsAsync(async (node, database, random, steps) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March));
        await node.RecordAsync(books, Business.EachKind(March));
        await node.CloseAsync(March);
        await node.RecordAsync(books, Enumerable.Range(0, 9).Select(_ => Business.Sure(random, March.PlusMonths(1).OnDayOfMonth(20))));
        await node.CloseAsync(March.PlusMonths(1));
        await node.ReopenAsync(March);
        await node.CloseAsync(March); // the first revisions must keep their bodies too
        await node.RecordAsync(books, Enumerable.Range(0, 5).Select(_ => Business.Sure(random, March.PlusMonths(2).OnDayOfMonth(2))));
        Assert.Empty((await node.AuditAsync()).Findings);

        await AlterEachAsync(node, database, steps, "posting", "entry || ' ' || line");
        await AlterEachAsync(node, database, steps, "total", "month || ' ' || measure");
        Assert.Equal(Business.HasSubjects, await AlterEachAsync(node, database, steps, "subject_total", "subject || ' ' || measure") > 0);
        Assert.Equal(Business.HasDates, await AlterEachAsync(node, database, steps, "dated_total", "measure || month || entry_date") > 0);
        await AlterBodiesAsync(node, database, steps);
        Assert.Empty((await node.AuditAsync()).Findings);
    });

    // One yen more in one row, looked for, and taken back; each row on its own.
    private static async Task<int> AlterEachAsync(
        Node node, TestDatabase database, ICollection<string> steps, string table, string key)
    {
        var listed = (await database.ScalarAsync($"SELECT {Listed(database, key)} FROM {table}"))!;
        var keys = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var row in keys.Take(40))
        {
            steps.Add($"one yen more in {table} {row}");
            Assert.Equal(1, await database.ExecuteAsync($"UPDATE {table} SET amount = amount + 1 WHERE {key} = '{row}'"));
            var findings = (await node.AuditAsync()).Findings;
            Assert.Contains(findings, finding => finding.Code == "TOTAL_DIFFERS" && finding.Severity == Severity.Error);
            await database.ExecuteAsync($"UPDATE {table} SET amount = amount - 1 WHERE {key} = '{row}'");
        }

        return keys.Length;
    }

    // One digit more in every figure of every statement ever fixed, each on its own.
    private static async Task AlterBodiesAsync(Node node, TestDatabase database, ICollection<string> steps)
    {
        foreach (var fixedOne in (await node.EventsAsync()).Where(each => each.Body.Length > 0))
        {
            var where = $"month = '{fixedOne.Month.ToYearMonth()!.Value.ToIso()}' AND revision = {fixedOne.Revision}";
            var figures = System.Text.RegularExpressions.Regex.Matches(fixedOne.Body, @"""-?\d+""").Select(match => match.Index).ToList();
            foreach (var at in figures.Take(8).Append(figures[^1]))
            {
                var altered = fixedOne.Body.Insert(at + 1, fixedOne.Body[at + 1] == '-' ? "" : "1");
                if (altered == fixedOne.Body)
                    continue;
                steps.Add($"{where}: {altered}");
                await SetBodyAsync(altered);
                Assert.Contains((await node.AuditAsync()).Findings, finding => finding.Code == "STATEMENT_ALTERED");
                await SetBodyAsync(fixedOne.Body);
            }

            Task<int> SetBodyAsync(string body) =>
                database.ExecuteAsync($"UPDATE statement SET body = '{body.Replace("'", "''", StringComparison.Ordinal)}' WHERE {where}");
        }
    }

    private static string Listed(TestDatabase database, string key) =>
        database.IsPostgres ? $"string_agg({key}, E'\\n')" : $"group_concat({key}, char(10))";
}

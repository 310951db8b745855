using Iij.Reporting.V1;
using Microsoft.Data.Sqlite;

namespace Iij.Tests.Cli;

/// <summary>Dead letters: more than one page of them, shown, redriven and discarded.</summary>
public sealed class DeadLetterTests(Books books) : IClassFixture<Books>
{
    private const int Letters = 1_203;
    private const int Refused = 1;
    private readonly Iij _dave = books.Iij("dave");

    [Fact]
    public async Task Letters_are_listed_to_the_last_page_shown_and_settled()
    {
        await PutAsideAsync();
        var all = (await _dave.DoesAsync("dead-letters", "list", "--json")).Answer<ListDeadLettersResponse>();
        Assert.Equal(Enumerable.Range(1, Letters).Select(number => (long)number), all.Letters.Select(letter => letter.Number));
        Assert.Equal("", all.NextPageToken);
        var shown = await _dave.DoesAsync("dead-letters", "show", "1203");
        Assert.Contains("UNREADABLE: not \uFFFD[31ma period event", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown.Output);
        Assert.Equal(await books.Reporting.GetDeadLetterAsync(new() { Number = 7 }, Books.As("dave")),
            (await _dave.DoesAsync("dead-letters", "show", "7", "--json")).Answer<GetDeadLetterResponse>());
        var redriven = await _dave.DoesAsync("dead-letters", "redrive", "7", "--reason", "a try");
        Assert.StartsWith("dead letter 7 is open\nrefused by dave at ", redriven.Output, StringComparison.Ordinal);
        var discarded = (await _dave.DoesAsync("dead-letters", "discard", "7", "--reason", "noise", "--json")).Answer<DiscardDeadLetterResponse>();
        Assert.Equal((DeadLetterState.Discarded, "dave", "noise"), (discarded.Letter.State, discarded.Action.Actor, discarded.Action.Reason));
        Assert.Contains("Way out: iij dead-letters show 7 lists the actions",
            await _dave.FailsAsync(Refused, "dead-letters", "discard", "7", "--reason", "noise"), StringComparison.Ordinal);
        Assert.Equal(["7", "discarded", "UNREADABLE"], (await _dave.DoesAsync("dead-letters", "list", "--state", "discarded")).Row("7")[..3]);
        Assert.Contains($"dead letters open: {Letters - 1}", (await _dave.DoesAsync("status")).Output, StringComparison.Ordinal);
    }

    // As the inbox dead-letters them; over the bus this many would take their time.
    private async Task PutAsideAsync()
    {
        await using var file = new SqliteConnection($"Data Source={books.PathOf("reporting.db")};Pooling=False");
        await file.OpenAsync();
        await using var command = file.CreateCommand();
        command.CommandText = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $letters) "
            + "INSERT INTO quarantine (number, content_hash, reason, detail, source, sequence, event_id, message, received_at) "
            + "SELECT i, 'hash' || i, 'UNREADABLE', 'not ' || char(27) || '[31ma period event', '', 0, '', 'noise ' || i, 1340000000000000 FROM n";
        command.Parameters.AddWithValue("$letters", Letters);
        Assert.Equal(Letters, await command.ExecuteNonQueryAsync());
    }
}

using System.Text.RegularExpressions;
using Google.Protobuf;
using Iij.AtmOperations.V1;
using Iij.Contracts;
using Iij.Reporting.V1;

namespace Iij.Tests.Cli;

/// <summary>iij watch: what is now, then every change, over restarts of the services, until somebody ends it.</summary>
public sealed partial class WatchTests(ClosedBooks books) : IClassFixture<ClosedBooks>
{
    private const int Refused = 1;
    private const int Usage = 2;
    private readonly Iij _iij = books.Iij();

    [Fact]
    public async Task The_view_of_now_is_shown_then_a_reopening_and_a_close_as_they_come()
    {
        var expected = await books.Reporting.GetViewAsync(new() { Period = books.Month });
        using var watch = _iij.Start("watch", books.Month, "--changes", "2");
        await watch.PrintsAsync(line => line == $"knowledge {expected.Knowledge}");
        var table = new Ended(0, string.Join('\n', watch.Output), "");
        Assert.Contains(table.Lines, line => line.StartsWith("COMPLETE: ", StringComparison.Ordinal));
        foreach (var line in expected.Lines.Where(line => line.Amount.OutcomeCase == Figure.OutcomeOneofCase.Value))
            Assert.Equal([line.Line, line.Amount.Value], table.Row(line.Line)[..2]);
        await ReopenAsync();
        await watch.PrintsAsync(line => Change().Replace(line, "", 1) == $"{books.Month}  COMPLETE → PROVISIONAL");
        await new AtmOperationsService.AtmOperationsServiceClient(books.Services.Channels["atm"]).RecordExpenseAsync(
            new() { RequestId = $"{Guid.NewGuid()}", Date = books.LastMonth.PlusMonths(1).OnDayOfMonth(1).PlusDays(-1).ToProto(), CostJpy = 7_000_000 },
            Books.As("alice"));
        await CloseAsync();
        var cost = expected.Lines.Single(line => line.Line == "cost.atm").Amount.Value;
        var after = (await books.Reporting.GetViewAsync(new() { Period = books.Month })).Lines.Single(line => line.Line == "cost.atm").Amount.Value;
        Assert.NotEqual(cost, after);
        var shown = await watch.PrintsAsync(line => Change().Replace(line, "", 1).StartsWith("cost.atm ", StringComparison.Ordinal));
        Assert.Contains($"  {cost} → {after} JPY million, change YoY ", shown, StringComparison.Ordinal);
        await watch.PrintsAsync(line => Change().Replace(line, "", 1).EndsWith("PROVISIONAL → COMPLETE", StringComparison.Ordinal));
        Assert.Equal(0, await watch.EndsAsync());
        Assert.Empty(watch.Errors);
        Assert.All(watch.Output, line => Assert.DoesNotContain('\u001b', line));
    }

    [Fact]
    public async Task The_data_the_transitions_and_figures_are_watched_too()
    {
        var missing = books.LastMonth.PlusMonths(1).ToIso();
        using var status = _iij.Start("watch", "--status", books.Month, "--changes", "1");
        using var events = _iij.Start("watch", "--events", "--source", "atm", "--changes", "1");
        using var figures = _iij.Start("watch", "--figure", $"revenue.total:{books.Month}:yoy-percent", "--figure", $"atm.cost:{missing}");
        foreach (var watch in new[] { status, events, figures })
            await watch.PrintsAsync(line => line.StartsWith("knowledge ", StringComparison.Ordinal));
        Assert.Contains(figures.Output, line => line.TrimStart().StartsWith($"atm.cost {missing} amount  ", StringComparison.Ordinal)
            && line.Contains("- [1]", StringComparison.Ordinal));
        Assert.Contains(figures.Output, line => line.Contains($"revenue.total {books.Month} yoy percent ", StringComparison.Ordinal));
        Assert.All(events.Output.Skip(3).Where(line => line.Contains("  closed", StringComparison.Ordinal)),
            line => Assert.Contains("  atm  ", line, StringComparison.Ordinal));
        await ReopenAsync();
        Assert.Equal((0, 0), (await status.EndsAsync(), await events.EndsAsync()));
        Assert.Contains(status.Output, line => ReopenedCell().IsMatch(line));
        Assert.Contains(events.Output, line => line.Contains($"  atm {books.Month}  reopened by bob: late invoice (revision ", StringComparison.Ordinal));
        await CloseAsync();
        Assert.Equal(0, await figures.InterruptAsync());
        Assert.Empty(figures.Errors);
    }

    [Fact]
    public async Task It_ends_when_nobody_reads_any_more()
    {
        // A bookmark comes every ten seconds: there is always a next line to find it out by.
        var ended = await _iij.RunAsync("bash", ["-c", $"dotnet '{Iij.Program}' watch {books.Month} --json | head -n 1; echo ${{PIPESTATUS[0]}}"]);
        Assert.Equal((2, "141", ""), (ended.Lines.Count, ended.Lines[^1], ended.Errors));
    }

    [Fact]
    public async Task A_restart_of_the_services_is_borne_and_nothing_is_missed()
    {
        using var shown = _iij.Start("watch", books.Month);
        using var watch = _iij.Start("watch", books.Month, "--json", "--changes", "1");
        await watch.PrintsAsync(line => Message(line).Kind == WatchKind.EndOfSnapshot);
        await shown.PrintsAsync(line => line.StartsWith("knowledge ", StringComparison.Ordinal));
        await books.StopAsync();
        await watch.SaysAsync("the connection is lost (");
        await books.StartAsync();
        await ReopenAsync();
        Assert.Equal(0, await watch.EndsAsync());
        await shown.SaysAsync(", nothing missed");
        await shown.PrintsAsync(line => line.EndsWith("COMPLETE → PROVISIONAL", StringComparison.Ordinal));
        Assert.Contains(watch.Errors, line => line.EndsWith(", nothing missed", StringComparison.Ordinal));
        var messages = watch.Output.Select(Message).ToList();
        Assert.DoesNotContain(messages, message => message.Kind == WatchKind.Reset);
        Assert.Single(messages, message => message.Kind == WatchKind.EndOfSnapshot);
        Assert.Equal(WatchKind.Change, messages[^1].Kind);
        await HoldsAsync(messages);
        await CloseAsync();
        Assert.Equal(0, await shown.InterruptAsync());
    }

    [Fact]
    public async Task A_token_resumes_in_another_process_and_one_tampered_with_is_refused()
    {
        using var first = _iij.Start("watch", "--status", books.Month, "--json");
        var token = Message(await first.PrintsAsync(line => Message(line).Kind == WatchKind.EndOfSnapshot)).Token;
        Assert.Equal(0, await first.InterruptAsync());
        await ReopenAsync();
        using var second = _iij.Start("watch", "--status", books.Month, "--json", "--changes", "1", "--token", token);
        Assert.Equal(0, await second.EndsAsync());
        Assert.Equal(WatchKind.Change, Message(Assert.Single(second.Output)).Kind);
        Assert.Contains("iij: ", Assert.Single(second.Errors), StringComparison.Ordinal);
        Assert.Contains("resumed at the token", second.Errors[0], StringComparison.Ordinal);
        await CloseAsync();
        var other = (token[20] == 'A' ? 'B' : 'A') + token[21..];
        var line = await _iij.FailsAsync(Refused, "watch", "--status", books.Month, "--json", "--token", token[..20] + other);
        Assert.StartsWith("iij: refused: TOKEN_INVALID: ", line, StringComparison.Ordinal);
        Assert.EndsWith("Way out: omit --token: the stream begins with a snapshot", line, StringComparison.Ordinal);
        using var elsewhere = _iij.Start("watch", books.Month, "--token", token);
        await elsewhere.SaysAsync("starting again: the token belongs to another subject");
        await elsewhere.PrintsAsync(line => line.StartsWith("knowledge ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_terminal_shows_the_state_of_the_connection_and_its_age()
    {
        using var watch = _iij.StartInTerminal("watch", books.Month, "--changes", "1");
        await watch.PrintsAsync(line => line.Contains("knowledge ", StringComparison.Ordinal));
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        await ReopenAsync();
        Assert.Equal(0, await watch.EndsAsync());
        await CloseAsync();
        Assert.Contains(watch.Output, line => Connected().IsMatch(line));
        Assert.Contains(watch.Output, line => line.Contains("\u001b[1mPROVISIONAL\u001b[0m", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("say what is watched: a PERIOD for its view, --status, --events or --figure")]
    [InlineData("one thing is watched at a time", "--status", "--events")]
    [InlineData("one thing is watched at a time", "FY2012", "--figure", "revenue.total:FY2012")]
    [InlineData("--source goes with --events", "FY2012", "--source", "atm")]
    [InlineData("\"moon\" is not a source; the sources are atm", "--events", "--source", "moon")]
    [InlineData("--unit goes with a PERIOD's view", "--status", "--unit", "jpy")]
    [InlineData("--figure \"revenue.total\" is not a figure; write revenue.total:FY2012-9M", "--figure", "revenue.total")]
    [InlineData("--figure \"revenue.total:3Q12\" is not a figure", "--figure", "revenue.total:3Q12")]
    [InlineData("--figure \"revenue.total:FY2012:growth\" is not a figure", "--figure", "revenue.total:FY2012:growth")]
    [InlineData("but for change-since", "--figure", "backlog.operation:FY2012:change-since")]
    [InlineData("--changes \"0\" is not a number from 1", "FY2012", "--changes", "0")]
    public async Task What_cannot_be_watched_is_a_usage_error(string says, params string[] words) =>
        Assert.Contains(says, await _iij.FailsAsync(Usage, ["watch", .. words]), StringComparison.Ordinal);

    // What the messages leave behind is what the service answers now.
    private async Task HoldsAsync(IEnumerable<WatchResponse> messages)
    {
        var held = new Dictionary<string, WatchItem>();
        foreach (var item in messages.SelectMany(message => message.Items))
            held[item.Key] = item;
        var view = await books.Reporting.GetViewAsync(new() { Period = books.Month });
        Assert.Equal(view.State, held[""].Header.State);
        Assert.Equal(view.Lines, held[""].Header.Lines.Select(key => held[key].Line));
    }

    private async Task ReopenAsync()
    {
        await books.Closing("atm").ReopenPeriodAsync(
            new() { RequestId = $"{Guid.NewGuid()}", Month = books.LastMonth.ToProto(), Reason = "late invoice" }, Books.As("bob"));
        await books.ArriveAsync();
    }

    private async Task CloseAsync()
    {
        var month = books.LastMonth.ToProto();
        await books.Closing("atm").PreparePeriodAsync(new() { RequestId = $"{Guid.NewGuid()}", Month = month }, Books.As("alice"));
        await books.Closing("atm").ClosePeriodAsync(new() { RequestId = $"{Guid.NewGuid()}", Month = month }, Books.As("bob"));
        await books.ArriveAsync();
    }

    private static WatchResponse Message(string line) => JsonParser.Default.Parse<WatchResponse>(line);

    [GeneratedRegex("^[0-9]{2}:[0-9]{2}:[0-9]{2}  ")]
    private static partial Regex Change();

    [GeneratedRegex("  atm [0-9-]{7}  received r[0-9]+, closed → impacted r[0-9]+, reopened$")]
    private static partial Regex ReopenedCell();

    [GeneratedRegex("^connected for [0-9] s, knowledge [0-9]+, heard [0-9] s ago")]
    private static partial Regex Connected();
}

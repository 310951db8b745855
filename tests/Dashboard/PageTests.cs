using System.Globalization;
using System.Text;
using Iij.Contracts;
using Iij.Reporting.V1;
using Microsoft.Playwright;
using NodaTime;
using static Microsoft.Playwright.Assertions;

namespace Iij.Tests.Dashboard;

/// <summary>The page while the books are closed, reopened, restated, and while its server goes away.</summary>
public sealed class PageTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task Every_figure_of_the_page_is_what_the_API_answers()
    {
        await using var books = await Books.OpenAsync();
        await using var visit = await browser.OpenAsync(books.Page);
        await visit.IsAsync("live");
        await ComparesAsync(visit, books);
        await SavesAsync(visit);
        await visit.PictureAsync("view");
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task A_close_arrives_without_a_reload()
    {
        await using var books = await Books.OpenAsync();
        await using var visit = await browser.OpenAsync(books.Page);
        await visit.IsAsync("live");
        await visit.Page.EvaluateAsync("() => { window.notReloaded = true; }");
        var streams = visit.Watches.Count;
        var next = books.Last.PlusMonths(1);
        await books.CloseAsync("network", next);
        await Expect(visit.Page.GetByRole(AriaRole.Log)).ToContainTextAsync($"Network {next.ToIso()}");
        await Expect(visit.Page.Locator($"a.cell[title^='Network, {next.ToIso()}, received, r1']")).ToBeVisibleAsync();
        await ComparesAsync(visit, books);
        Assert.True(await visit.Page.EvaluateAsync<bool>("() => window.notReloaded === true"));
        Assert.Equal(streams, visit.Watches.Count);
        await visit.PictureAsync("close-arrived");
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task A_server_that_restarts_is_found_again_without_a_gap_and_nothing_stale_looks_live()
    {
        await using var books = await Books.OpenAsync();
        await using var visit = await browser.OpenAsync(books.Page);
        await visit.IsAsync("live");
        var shown = await visit.Page.Locator(".head .large").AllTextContentsAsync();
        await books.StopAsync();
        await visit.IsAsync("lost");
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not live: the figures are as of");
        await Expect(visit.Page.Locator("main.old")).ToBeVisibleAsync();
        Assert.Equal(shown, await visit.Page.Locator(".head .large").AllTextContentsAsync());
        await visit.PictureAsync("connection-lost", whole: false);

        await books.StartAsync();
        await books.ReopenAsync("atm", books.Last);
        await books.CloseAsync("atm", books.Last);
        await visit.IsAsync("live");
        await Expect(visit.Page.Locator("main.old")).ToBeHiddenAsync();
        await ComparesAsync(visit, books);
        // It came back with the token that it had, and was told what it had missed: no snapshot, no reset.
        Assert.True((await visit.Watches[^1].AllHeadersAsync()).ContainsKey("last-event-id"));
        await Expect(visit.Page.Locator($"a.cell[title^='ATM, {books.Last.ToIso()}, received, r2']")).ToBeVisibleAsync();
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task A_period_that_cannot_be_had_leaves_what_is_shown_with_its_own_period_and_age()
    {
        await using var books = await Books.OpenAsync();
        await using var visit = await browser.OpenAsync(books.Page);
        await visit.IsAsync("live");
        var shown = await visit.Badge.TextContentAsync();
        await books.StopAsync();
        await visit.Page.EvaluateAsync($"() => {{ location.hash = '#/view/{books.Last.ToIso()}'; }}");
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not live: the figures are as of");
        await Expect(visit.Page.Locator("main.old")).ToBeVisibleAsync();
        Assert.Equal(shown, await visit.Badge.TextContentAsync());
        await books.StartAsync();
        await Expect(visit.Badge).ToContainTextAsync(books.Last.ToIso());
        await visit.IsAsync("live");
        await ComparesAsync(visit, books, books.Last.ToIso());
    }

    [BrowserFact]
    public async Task A_period_is_signed_off_and_restated_on_the_page()
    {
        await using var books = await Books.OpenAsync();
        var period = books.Last.ToIso();
        await using var visit = await browser.OpenAsync(new Uri(books.Page, $"#/view/{period}"));
        await Expect(visit.Badge).ToHaveAttributeAsync("data-state", "VIEW_STATE_COMPLETE");
        await ActsAsync(visit, "carol");
        await visit.Button("Prepare the edition").ClickAsync();
        await Expect(visit.Page.Locator(".waits")).ToContainTextAsync("Edition 1 waits for approval. Prepared by carol");
        await ActsAsync(visit, "erin");
        await visit.Button("Approve").ClickAsync();
        await Expect(visit.Badge).ToContainTextAsync(" · Published, edition 1 of ");
        await Expect(visit.Badge).ToContainTextAsync("approved by erin");
        var before = await AmountAsync(visit, "SG&A");

        await RestateAsync(books, period);
        await Expect(visit.Page.Locator("details.pending summary")).ToContainTextAsync("Changes pending (lines: ");
        Assert.Equal(before, await AmountAsync(visit, "SG&A")); // what is published stands until the next edition
        await ActsAsync(visit, "carol");
        await visit.Page.GetByLabel("Why").FillAsync("a late invoice");
        await visit.Button("Prepare the edition").ClickAsync();
        await Expect(visit.Page.Locator("table.preview")).ToContainTextAsync($"Group {period} r2");
        var findings = await visit.AxeAsync();
        Assert.True(findings.Count == 0, string.Join('\n', findings));
        await visit.PictureAsync("sign-off");
        await ActsAsync(visit, "erin");
        await visit.Button("Approve").ClickAsync();
        await Expect(visit.Badge).ToHaveAttributeAsync("data-state", "VIEW_STATE_RESTATED");
        await Expect(visit.Badge).ToContainTextAsync("edition 2 of ");
        await ComparesAsync(visit, books, period);
        Assert.NotEqual(before, await AmountAsync(visit, "SG&A"));
        await visit.PictureAsync("restated");
        await LineageAsync(visit);
        Assert.Empty(visit.Complaints);
    }

    private static async Task RestateAsync(Books books, string period)
    {
        await books.Reporting.UnlockMonthsAsync(
            new() { RequestId = books.Next(), Period = period, Source = "group", Reason = "a late invoice" }, Books.As("carol"));
        await books.ReopenAsync("group", books.Last);
        await books.RecordSgaAsync(books.Last, 25_000_000);
        await books.CloseAsync("group", books.Last);
    }

    private static async Task LineageAsync(Visit visit)
    {
        await visit.Page.Locator("table.lines").GetByRole(AriaRole.Row, new() { Name = "SG&A" }).GetByRole(AriaRole.Button).First.ClickAsync();
        var dialogue = visit.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialogue).ToContainTextAsync("group.sga");
        await dialogue.GetByRole(AriaRole.Button, new() { Name = "+25" }).ClickAsync();
        await Expect(dialogue).ToContainTextAsync("(r2)");
        await dialogue.Locator("select").SelectOptionAsync("1");
        await Expect(dialogue).ToContainTextAsync("rose by 25 JPY million");
        await dialogue.Locator(".waterfall").GetByText("group.sga").WaitForAsync();
        await dialogue.Locator(".tree").Last.GetByText("another revision").WaitForAsync();
        await Expect(dialogue.Locator(".tree").Last).ToContainTextAsync("+25 without a subject"); // of this comparison, not of the one before
        await RemarksAsync(dialogue);
        await visit.PictureAsync("lineage", whole: false);
    }

    // Says who acts; the person who did before is signed out.
    private static async Task ActsAsync(Visit visit, string actor)
    {
        var name = visit.Page.Locator("form.actor input");
        await Expect(name.Or(visit.Page.Locator("p.actor b"))).ToBeVisibleAsync();
        if (await visit.Page.Locator("p.actor b").IsVisibleAsync())
            await visit.Button("Change").ClickAsync();
        await name.FillAsync(actor);
        await visit.Button("Go on").ClickAsync();
        await Expect(visit.Page.Locator("p.actor b")).ToHaveTextAsync(actor);
    }

    [BrowserFact]
    public async Task Before_the_first_close_the_page_says_so_and_the_first_month_can_be_closed()
    {
        await using var books = await Books.EmptyAsync();
        await using var visit = await browser.OpenAsync(books.Page);
        await visit.IsAsync("live");
        await Expect(visit.Page.Locator("main")).ToContainTextAsync("No source has closed a month yet.");
        await visit.Page.EvaluateAsync("() => { location.hash = '#/close'; }");
        await visit.Page.Locator("select[name=source]").SelectOptionAsync("atm");
        await visit.Page.Locator("input[name=month]").FillAsync("2012-04");
        await visit.Button("Go to a month").ClickAsync();
        await Expect(visit.Page.Locator("[data-period-state]")).ToHaveAttributeAsync("data-period-state", "PERIOD_STATE_OPEN");
        await books.CloseAsync("atm", new YearMonth(2012, 4));
        await Expect(visit.Page.Locator("a.cell[title^='ATM, 2012-04, received, r1']")).ToBeVisibleAsync();
        await visit.Page.EvaluateAsync("() => { location.hash = '#/view/'; }");
        await Expect(visit.Badge).ToContainTextAsync("FY2012-Q1 · Provisional");
        Assert.Empty(visit.Complaints);
    }

    /// <summary>Every line's amount, change and percentage as the page shows them, against the API at the same moment.</summary>
    private static async Task ComparesAsync(Visit visit, Books books, string? period = null)
    {
        await books.ArriveAsync();
        var shown = period ?? (await visit.Badge.TextContentAsync())!.Split(' ')[0];
        var view = await books.Reporting.GetViewAsync(new GetViewRequest { Period = shown });
        await visit.ShowsAsync(view.Knowledge);
        var rows = await visit.Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('table.lines tbody tr')].map(
                row => [row.firstChild.title, ...[...row.querySelectorAll('td')].map(cell => cell.textContent)].join(';'))
            """);
        var must = view.Lines.Select(line => string.Join(
            ';', line.Line, Text(line.Amount), Text(line.YoyChange, signed: true), Text(line.YoyPercent, signed: true)));
        Assert.Equal(must, rows);
    }

    // The file has the rows of the table, its figures as numbers.
    private static async Task SavesAsync(Visit visit)
    {
        var lines = visit.Page.Locator(".exported").Filter(new() { Has = visit.Page.Locator("table.lines") });
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => lines.GetByRole(AriaRole.Button, new() { Name = "Save as CSV" }).ClickAsync());
        Assert.EndsWith(".csv", download.SuggestedFilename, StringComparison.Ordinal);
        var bytes = await File.ReadAllBytesAsync((await download.PathAsync())!);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var saved = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var shown = await lines.Locator("tbody tr").AllAsync();
        Assert.Equal(shown.Count + 2, saved.Length); // the caption, the headings
        var amount = (await shown[0].Locator("td").First.TextContentAsync())!;
        Assert.Contains($",{amount.Replace(",", "", StringComparison.Ordinal).Replace('−', '-')},", saved[2], StringComparison.Ordinal);
    }

    private static string Text(Figure figure, bool signed = false)
    {
        if (figure.OutcomeCase != Figure.OutcomeOneofCase.Value)
            return figure.OutcomeCase == Figure.OutcomeOneofCase.NotMeaningful ? "n/m" : "–";
        var value = decimal.Parse(figure.Value, CultureInfo.InvariantCulture);
        var decimals = figure.Value.Contains('.', StringComparison.Ordinal) ? figure.Value.Split('.')[1].Length : 0;
        var text = Math.Abs(value).ToString($"N{decimals}", CultureInfo.InvariantCulture);
        return value < 0 ? $"−{text}" : signed && value > 0 ? $"+{text}" : text;
    }

    // A remark begins a thread; the answer to it resolves it.
    private static async Task RemarksAsync(ILocator dialogue)
    {
        await dialogue.GetByLabel("A new remark on this figure").FillAsync("why so much?");
        await dialogue.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        var thread = dialogue.Locator(".thread");
        await Expect(thread).ToContainTextAsync("open");
        await Expect(thread).ToContainTextAsync("why so much?");
        await thread.GetByLabel("Reply").FillAsync("a late invoice");
        await thread.GetByRole(AriaRole.Button, new() { Name = "Send and resolve" }).ClickAsync();
        await Expect(thread.Locator(".mark")).ToHaveTextAsync("resolved");
        await Expect(thread.Locator("q")).ToHaveTextAsync(["why so much?", "a late invoice"]);
    }

    private static async Task<string> AmountAsync(Visit visit, string name) =>
        (await visit.Page.Locator("table.lines").GetByRole(AriaRole.Row, new() { Name = name }).GetByRole(AriaRole.Button).First.TextContentAsync())!;
}

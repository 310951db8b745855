using Iij.Contracts;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iij.Tests.Dashboard;

/// <summary>What the page looks like: to axe-core, on a phone, on a wall, on paper, in both languages and colour schemes.</summary>
public sealed class LookTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task Nothing_serious_is_found_by_axe_and_nothing_is_cut_off()
    {
        await using var books = await Books.OpenAsync();
        await books.ReopenAsync("atm", books.Last.PlusMonths(-1)); // so that something is impacted and provisional
        foreach (var (name, width, language, scheme) in new[]
        {
            ("phone", 360, "en-GB", ColorScheme.Light), ("desk", 1440, "ja-JP", ColorScheme.Light),
            ("desk-dark", 1440, "en-GB", ColorScheme.Dark), ("wall", 3840, "en-GB", ColorScheme.Dark),
        })
        {
            await using var visit = await browser.OpenAsync(books.Page, width, 900, language, scheme);
            await visit.IsAsync("live");
            await SoundAsync(visit, name);
            await visit.Page.Locator(".head .large .figure").First.ClickAsync();
            await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("+revenue.network");
            await SoundAsync(visit, $"{name}-lineage");
            await visit.Page.Keyboard.PressAsync("Escape");
            await visit.Page.EvaluateAsync($"() => {{ location.hash = '#/close/atm/{books.Last.ToIso()}'; }}");
            await Expect(visit.Page.Locator("[data-period-state]")).ToBeVisibleAsync();
            await SoundAsync(visit, $"{name}-close");
            Assert.Empty(visit.Complaints);
        }
    }

    [BrowserFact]
    public async Task It_prints_without_its_controls()
    {
        await using var books = await Books.OpenAsync();
        await using var visit = await browser.OpenAsync(books.Page, 1000);
        await visit.IsAsync("live");
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(visit.Button("Print")).ToBeHiddenAsync();
        await Expect(visit.Badge).ToBeVisibleAsync();
        await visit.PictureAsync("print");
        Assert.NotEmpty(await visit.Page.PdfAsync(new() { Path = Path.Combine(Npm.Pictures, "print.pdf"), Format = "A4", PrintBackground = true }));
    }

    private static async Task SoundAsync(Visit visit, string name)
    {
        await visit.PictureAsync(name, whole: !name.EndsWith("lineage", StringComparison.Ordinal));
        var findings = await visit.AxeAsync();
        Assert.True(findings.Count == 0, $"{name}:\n{string.Join('\n', findings)}");
        var fits = await visit.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth");
        Assert.True(fits, $"{name}: the page is wider than the screen");
        // Wherever one reads, the connection and the age of the figures are in sight.
        var top = await visit.Page.EvaluateAsync<double>(
            "() => { scrollTo(0, 1e6); const top = document.querySelector('#page > .connection').getBoundingClientRect().top; scrollTo(0, 0); return top; }");
        Assert.InRange(top, 0, 200);
    }
}

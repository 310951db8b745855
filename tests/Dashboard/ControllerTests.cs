using Iij.Closing.V1;
using Iij.Contracts;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iij.Tests.Dashboard;

/// <summary>The controller's page, used by keyboard alone.</summary>
public sealed class ControllerTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task A_month_is_reopened_prepared_and_closed_by_two_people_by_keyboard_alone()
    {
        await using var books = await Books.OpenAsync();
        var month = books.Last.ToIso();
        await using var visit = await browser.OpenAsync(new Uri(books.Page, "#/close"));
        await visit.IsAsync("live");
        await SignInAsync(visit, "alice");
        await FocusAsync(visit, $"a.cell[title^='ATM, {month}, ']");
        await visit.Page.Keyboard.PressAsync("Enter");
        var state = visit.Page.Locator("[data-period-state]");
        await Expect(state).ToHaveAttributeAsync("data-period-state", "PERIOD_STATE_CLOSED");

        await Expect(visit.Button("Reopen")).ToBeDisabledAsync(); // a reason is needed
        await FocusAsync(visit, "input.reason");
        await visit.Page.Keyboard.TypeAsync("late invoice");
        await PressAsync(visit, "Reopen");
        await Expect(state).ToHaveAttributeAsync("data-period-state", "PERIOD_STATE_REOPENED");
        await Expect(visit.Page.Locator($"a.cell[title^='ATM, {month}, impacted']")).ToBeVisibleAsync();
        await PressAsync(visit, "Prepare");
        await Expect(state).ToHaveAttributeAsync("data-period-state", "PERIOD_STATE_PREPARED");
        await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Trial statement" })).ToContainTextAsync("withdrawals");
        await PressAsync(visit, "Close");
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("SAME_PERSON");
        await visit.PictureAsync("controller");

        await PressAsync(visit, "Change");
        await SignInAsync(visit, "bob");
        await PressAsync(visit, "Close");
        await Expect(state).ToHaveAttributeAsync("data-period-state", "PERIOD_STATE_CLOSED");
        await Expect(visit.Page.Locator($"a.cell[title^='ATM, {month}, received, r2']")).ToBeVisibleAsync();
        var period = await books.Closing("atm").GetPeriodAsync(new() { Month = books.Last.ToProto() });
        Assert.Equal(2, period.Period.Revision);
    }

    [BrowserFact]
    public async Task What_somebody_else_signs_in_to_meanwhile_is_not_recorded_as_his()
    {
        await using var books = await Books.OpenAsync();
        await using var visit = await browser.OpenAsync(new Uri(books.Page, $"#/close/atm/{books.Last.ToIso()}"));
        await SignInAsync(visit, "alice");
        var bob = await visit.Page.Context.APIRequest.PostAsync(new Uri(books.Page, "api/v1/session").ToString(), new() { DataObject = new { actor = "bob" } });
        Assert.True(bob.Ok);
        await visit.Page.Locator("input.reason").FillAsync("late invoice");
        await PressAsync(visit, "Reopen");
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("ACTOR_DIFFERS");
        await Expect(visit.Page.Locator(".actor b")).ToHaveTextAsync("bob");
        var period = await books.Closing("atm").GetPeriodAsync(new() { Month = books.Last.ToProto() });
        Assert.Equal(PeriodState.Closed, period.Period.State);
    }

    [BrowserFact]
    public async Task A_refusal_is_told_in_Japanese_with_the_words_of_the_source()
    {
        await using var books = await Books.OpenAsync();
        var month = books.Last.ToIso();
        await using var visit = await browser.OpenAsync(new Uri(books.Page, $"#/close/atm/{month}"), language: "ja-JP");
        await SignInAsync(visit, "alice");
        await visit.Page.Locator("input.reason").FillAsync("late invoice");
        foreach (var step in new[] { "再開", "仮締め", "締める" })
            await PressAsync(visit, step);
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync($"準備した本人は締めも承認もできません（SAME_PERSON: {month} was prepared by alice");
    }

    [BrowserFact]
    public async Task A_measure_that_a_month_lacks_is_waived_and_its_revision_rejected()
    {
        await using var books = await Books.OpenAsync();
        var next = books.Last.PlusMonths(1);
        await books.Closing("cloud").PreparePeriodAsync(new() { RequestId = books.Next(), Month = next.ToProto() }, Books.As("alice"));
        await using var visit = await browser.OpenAsync(new Uri(books.Page, $"#/close/cloud/{next.ToIso()}"));
        await visit.IsAsync("live");
        await SignInAsync(visit, "bob");
        await Expect(visit.Button("Close")).ToBeDisabledAsync();
        var waivers = visit.Page.Locator("input.waiver");
        await Expect(waivers.First).ToBeVisibleAsync();
        await visit.PictureAsync("waivers");
        foreach (var waiver in await waivers.AllAsync())
            await waiver.FillAsync("nothing was sold");
        await PressAsync(visit, "Close");
        var state = visit.Page.Locator("[data-period-state]");
        await Expect(state).ToHaveAttributeAsync("data-period-state", "PERIOD_STATE_CLOSED");
        var closed = await books.Closing("cloud").GetPeriodAsync(new() { Month = next.ToProto() });
        Assert.NotEmpty(closed.Waivers);
        Assert.All(closed.Waivers, waiver => Assert.Equal("nothing was sold", waiver.Reason));

        await visit.Page.Locator("input.reason").FillAsync("sales are missing");
        await PressAsync(visit, "Reject the revision");
        await Expect(visit.Page.Locator("main")).ToContainTextAsync("revision 1 was rejected by bob");
        await PressAsync(visit, "Take the rejection back");
        await Expect(visit.Button("Reject the revision")).ToBeVisibleAsync();
        Assert.Null((await books.Closing("cloud").GetPeriodAsync(new() { Month = next.ToProto() })).Period.Rejection);
    }

    [BrowserFact]
    public async Task The_view_is_used_by_keyboard_alone()
    {
        await using var books = await Books.OpenAsync();
        await using var visit = await browser.OpenAsync(books.Page);
        await visit.IsAsync("live");
        await visit.Page.Keyboard.PressAsync("Tab");
        await Expect(visit.Page.Locator(".skip")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator("main")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Tab");
        var figure = visit.Page.Locator(".head .large .figure").First;
        await Expect(figure).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("+revenue.network");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await Expect(figure).ToBeFocusedAsync();
        // A quarter can be compared with the quarter before.
        await FocusAsync(visit, "header select");
        await visit.Page.Keyboard.TypeAsync($"FY{FiscalYear(books) - 1}-Q2");
        await Expect(visit.Badge).ToContainTextAsync($"FY{FiscalYear(books) - 1}-Q2");
        await visit.Page.GetByLabel("Compare with").SelectOptionAsync("qoq");
        await Expect(visit.Page.Locator("table.lines thead")).ToContainTextAsync("quarter before");
        await Expect(visit.Page.Locator("table.lines tbody tr").First.Locator("td").Nth(1)).Not.ToHaveTextAsync("–");
    }

    private static int FiscalYear(Books books) => books.Last.Month >= 4 ? books.Last.Year : books.Last.Year - 1;

    private static async Task SignInAsync(Visit visit, string name)
    {
        await FocusAsync(visit, "input[name=actor]");
        await visit.Page.Keyboard.TypeAsync(name);
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator(".actor b")).ToHaveTextAsync(name);
    }

    private static async Task PressAsync(Visit visit, string name)
    {
        await Expect(visit.Button(name)).ToBeEnabledAsync();
        await visit.Button(name).FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
    }

    // Whatever can be used is reached by the Tab key.
    private static async Task FocusAsync(Visit visit, string selector)
    {
        await Expect(visit.Page.Locator(selector).First).ToBeVisibleAsync();
        await visit.Page.EvaluateAsync("() => document.activeElement?.blur()");
        for (var n = 0; n < 400; n++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            if (await visit.Page.EvaluateAsync<bool>("selector => document.activeElement?.matches(selector) ?? false", selector))
                return;
        }

        Assert.Fail($"{selector} is not reached by the Tab key");
    }
}

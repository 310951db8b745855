using Iij.Platform;
using Iij.Reporting;
using Iij.Tests.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iij.Tests.Dashboard;

/// <summary>A person signs in at an issuer and comes back to the place of the page. The issuer's address is another site for the browser.</summary>
public sealed class SignInPageTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-sign-in-").FullName;
    private Issuer _issuer = null!;
    private WebApplication _reporting = null!;

    public async Task InitializeAsync()
    {
        _issuer = await Issuer.StartAsync();
        _reporting = await ReportingHost.BuildAsync(_issuer.SettingsOfPage(Path.Combine(_folder, "reporting.db")));
        await _reporting.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _reporting.DisposeAsync();
        await _issuer.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [BrowserFact]
    public async Task A_person_signs_in_reads_and_leaves()
    {
        var page = new UriBuilder(_reporting.HttpAddress()!) { Host = "localhost" }.Uri;
        await using var visit = await browser.OpenAsync(new Uri(page, "#/close/network/2012-04"));
        var offer = visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in", Exact = true });
        await Expect(offer).ToBeVisibleAsync();
        await visit.PictureAsync("sign-in", whole: false);

        _issuer.Person = null;
        await offer.ClickAsync();
        await Expect(visit.Page.GetByText("The sign-in failed.")).ToBeVisibleAsync();

        _issuer.Person = "alice";
        await offer.ClickAsync();
        await visit.IsAsync("live");
        Assert.Equal("", await visit.Page.EvaluateAsync<string>("document.cookie"));
        await visit.Page.GotoAsync(new Uri(page, "#/close/network/2012-04").ToString());
        await Expect(visit.Page.Locator("p.actor b")).ToHaveTextAsync("alice");
        await visit.PictureAsync("signed-in", whole: false);

        await visit.Button("Sign out").ClickAsync();
        await Expect(offer).ToBeVisibleAsync();
        await visit.IsAsync("refused");
    }
}

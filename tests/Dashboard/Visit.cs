using Microsoft.Playwright;

namespace Iij.Tests.Dashboard;

/// <summary>One visitor's page.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    public Visit(IPage page)
    {
        Page = page;
        page.SetDefaultTimeout(20_000);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _complaints.Add(message.Text);
        };
        page.PageError += (_, error) => _complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (request.Url.Contains("/api/v1/watch", StringComparison.Ordinal))
                Watches.Add(request);
        };
    }

    public IPage Page { get; }

    /// <summary>The streams the page has asked for.</summary>
    public List<IRequest> Watches { get; } = [];

    /// <summary>What the console complained of, but for the connections that a test cut.</summary>
    public IEnumerable<string> Complaints => _complaints.Where(text => !text.Contains("net::ERR_", StringComparison.Ordinal));

    /// <summary>The period shown and whether it may change: always on screen.</summary>
    public ILocator Badge => Page.Locator("#page > .connection .badge");

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Waits for the connection's state.</summary>
    public Task IsAsync(string state) => Assertions.Expect(Page.Locator($"#page > [data-connection={state}]")).ToBeVisibleAsync(new() { Timeout = 40_000 });

    /// <summary>Waits until the page shows at least this moment.</summary>
    public Task ShowsAsync(long knowledge) => Page.WaitForFunctionAsync(
        "knowledge => Number(document.querySelector('[data-knowledge]')?.dataset.knowledge ?? 0) >= knowledge", knowledge, new() { Timeout = 40_000 });

    /// <summary>Keeps a picture for a reader.</summary>
    public async Task PictureAsync(string name, bool whole = true) =>
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Npm.Pictures, name + ".png"), FullPage = whole });

    /// <summary>What axe-core finds that is serious or critical.</summary>
    public async Task<IReadOnlyList<string>> AxeAsync()
    {
        await Npm.InstallAsync(CancellationToken.None);
        await Page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(Npm.Folder, "node_modules", "axe-core", "axe.min.js")));
        return await Page.EvaluateAsync<string[]>("""
            async () => (await axe.run()).violations.filter(one => ["serious", "critical"].includes(one.impact)).map(one => {
                const places = one.nodes.slice(0, 3).map(node => `${node.html.slice(0, 160)} (${node.failureSummary.slice(0, 200)})`);
                return `${one.id}: ${one.help}: ${places.join(" | ")}`;
            })
            """);
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}

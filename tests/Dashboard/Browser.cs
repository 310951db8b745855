using Microsoft.Playwright;

namespace Iij.Tests.Dashboard;

/// <summary>A test in a real browser; skipped, with the reason, where Chromium is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() =>
        Skip = Browser.Program is null ? $"no Chromium: neither IIJ_TEST_CHROMIUM nor {string.Join(" nor ", Browser.Places)}" : Npm.Missing();
}

/// <summary>Chromium, driven by Playwright; one for all tests of a class.</summary>
public sealed class Browser : IAsyncLifetime
{
    // It looks nothing up on the network, and leaves nothing behind: each page has a context of its own.
    private static readonly string[] _arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where a browser is looked for.</summary>
    public static IReadOnlyList<string> Places { get; } = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>The browser that is used; null where there is none.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable("IIJ_TEST_CHROMIUM") ?? Places.FirstOrDefault(File.Exists);

    public async Task InitializeAsync()
    {
        if (Program is null)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = _arguments });
    }

    /// <summary>Opens an address as a visitor who was never there. What the page's console complains of fails the test that asks.</summary>
    internal async Task<Visit> OpenAsync(Uri address, int width = 1440, int height = 900, string language = "en-GB", ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height }, Locale = language, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce,
        });
        var visit = new Visit(await context.NewPageAsync());
        await visit.Page.GotoAsync(address.ToString());
        return visit;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

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

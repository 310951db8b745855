namespace Iij.Tests.Dashboard;

/// <summary>A test in a real browser; skipped, with the reason, where Chromium is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() =>
        Skip = Browser.Program is null ? $"no Chromium: neither IIJ_TEST_CHROMIUM nor {string.Join(" nor ", Browser.Places)}" : Npm.Missing();
}

namespace Iij.Tests.Dashboard;

/// <summary>A test of the page's source; skipped, with the reason, where the Node.js that its tools need is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> _missing = new(Npm.Missing);

    public NodeFactAttribute() => Skip = _missing.Value;
}

using Iij.Tests.Servers;
using Xunit;

namespace Iij.Tests.SixthSource;

/// <summary>A test that needs Docker Compose, which need not reach an engine; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ComposeFactAttribute : FactAttribute
{
    private static readonly bool _isHere = Command.TryRunAsync(["docker", "compose", "version"], Path.GetTempPath()).GetAwaiter().GetResult().ExitCode == 0;

    public ComposeFactAttribute()
    {
        if (!_isHere)
            Skip = "docker compose is not installed";
    }
}

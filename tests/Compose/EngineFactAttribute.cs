using Iij.Tests.Servers;
using Xunit;

namespace Iij.Tests.Compose;

/// <summary>A test that needs a container engine with Compose; skipped, with the reason, where none answers.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EngineFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> _missing = new(Missing);

    public EngineFactAttribute() => Skip = _missing.Value;

    private static string? Missing()
    {
        foreach (var words in new[] { new[] { "docker", "info" }, ["docker", "compose", "version"] })
        {
            var asked = Command.TryRunAsync(words, ".").GetAwaiter().GetResult();
            if (asked.ExitCode != 0)
                return $"no container engine with Compose: `{string.Join(' ', words)}` says {asked.Errors.Trim().Split('\n')[^1]}";
        }

        return null;
    }
}

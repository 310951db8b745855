using System.Text.Json;
using Iij.Contracts;
using Iij.Tests.Servers;
using Xunit;

namespace Iij.Tests.Compose;

/// <summary>The stack under a project name of its own, on ports that are free, from a copy of the files that git tracks.</summary>
internal sealed class Stack : IAsyncDisposable
{
    // Building an image and recording a ledger take minutes.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(12);
    private const int DownAttemptsMax = 5;
    private static readonly TimeSpan _downPause = TimeSpan.FromSeconds(3);
    private static readonly string[] _down = ["--profile", "load", "--profile", "observe", "down"];
    private static readonly string[] _ports =
        [.. SourceDescription.All.Select(source => source.Name.ToUpperInvariant()), "REPORTING", "HTTP", "PROMETHEUS", "GRAFANA"];

    private readonly string _folder = Directory.CreateTempSubdirectory("iij-clone-").FullName;
    private readonly Dictionary<string, string> _environment = new() { ["COMPOSE_PROJECT_NAME"] = $"iij-test-{Guid.NewGuid():N}"[..17] };

    private Stack()
    {
        foreach (var port in _ports)
            _environment[$"IIJ_PORT_{port}"] = "0";
    }

    /// <summary>What runs until it is stopped.</summary>
    public static IReadOnlyList<string> Lasting { get; } = [.. SourceDescription.All.Select(source => source.Name), "reporting", "postgres", "rabbitmq"];

    /// <summary>A copy as a fresh clone would be; files that are new and not ignored belong to the next commit and come along.</summary>
    public static async Task<Stack> CloneAsync()
    {
        var stack = new Stack();
        var root = Checkout.Root;
        var files = await Command.RunAsync(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], root);
        foreach (var file in files.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(root, file))))
        {
            var copy = Path.Combine(stack._folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(root, file), copy);
        }

        return stack;
    }

    /// <summary>docker compose, which must succeed.</summary>
    public Task<string> RunAsync(params string[] words) => Command.RunAsync(["docker", "compose", .. words], _folder, _environment, _limit);

    /// <summary>docker compose, however it ends.</summary>
    public Task<Ended> TryRunAsync(params string[] words) => Command.TryRunAsync(["docker", "compose", .. words], _folder, _environment, _limit);

    /// <summary>Starts everything; returns when every service says that it is healthy.</summary>
    public async Task UpAsync()
    {
        var up = await TryRunAsync(["up", "--detach", "--wait", "--wait-timeout", "300", .. Lasting]);
        Assert.True(up.ExitCode == 0, $"{up.Errors}\n{(await TryRunAsync("logs", "--no-color", "--tail", "50")).Output}");
    }

    /// <summary>
    /// Removes every container and network; the volumes stay. The engine still takes down the endpoint of a container that just ended
    /// when Compose removes the network ("has active endpoints"): what is left goes with the next attempt.
    /// </summary>
    public async Task DownAsync()
    {
        var down = await TryRunAsync(_down);
        for (var attempt = 1; down.ExitCode != 0 && attempt < DownAttemptsMax; attempt++)
        {
            await Task.Delay(_downPause);
            down = await TryRunAsync(_down);
        }

        Assert.True(down.ExitCode == 0, down.Errors);
    }

    /// <summary>What the engine knows of the container of a service.</summary>
    public async Task<JsonElement> InspectAsync(string service)
    {
        var id = (await RunAsync("ps", "--all", "--quiet", service)).Trim();
        return JsonDocument.Parse(await Command.RunAsync(["docker", "inspect", id], _folder)).RootElement[0];
    }

    public async ValueTask DisposeAsync()
    {
        await TryRunAsync([.. _down, "--volumes", "--remove-orphans", "--timeout", "5"]);
        await Command.TryRunAsync(["docker", "image", "rm", "--force", $"{_environment["COMPOSE_PROJECT_NAME"]}-services"], _folder);
        Directory.Delete(_folder, recursive: true);
    }
}

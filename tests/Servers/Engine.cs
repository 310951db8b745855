using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Images;

namespace Iij.Tests.Servers;

/// <summary>
/// The container engine, where it is to be used: asked by its command line, which also does what Testcontainers does not. IIJ_TEST_SERVERS
/// says "containers" or "native"; without it containers are taken where an engine answers that has the images or can get them.
/// </summary>
internal static class Engine
{
    /// <summary>The environment variable that forces containers or native servers.</summary>
    public const string Variable = "IIJ_TEST_SERVERS";

    private const string ApiVariable = "DOCKER_API_VERSION";
    private const string Reaper = "testcontainers/ryuk:0.14.0";
    private const string Label = "iij-tests";

    // What Testcontainers asks for; an older engine, such as Debian's, answers only when asked in its own version.
    private static readonly Version _apiAsked = new(1, 44);
    private static readonly TimeSpan _answerMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _pullMax = TimeSpan.FromMinutes(10);
    private static readonly Lazy<Task<bool>> _isChosen = new(ChooseAsync);
    private static readonly Lazy<string> _owner = new(Watch);

    /// <summary>Whether private servers come in containers. Where they must and cannot, it says why.</summary>
    public static Task<bool> IsChosenAsync() => _isChosen.Value;

    /// <summary>The label of this process's containers: by it they are removed, however the process ends.</summary>
    public static (string Name, string Value) Owner => (Label, _owner.Value);

    /// <summary>Runs docker, which must succeed, and returns what it printed.</summary>
    public static Task<string> RunAsync(params string[] words) => Command.RunAsync(["docker", .. words], "/");

    /// <summary>Sends a signal to a container's first process and waits for its end; a container that does not run stays so.</summary>
    public static async Task EndAsync(string container, string signal)
    {
        if (!await RunsAsync(container)) return;
        await RunAsync("kill", "--signal", signal, container);
        await RunAsync("wait", container);
    }

    /// <summary>Whether a container runs.</summary>
    public static async Task<bool> RunsAsync(string container) =>
        (await RunAsync("inspect", "--format", "{{.State.Running}}", container)).Trim() == "true";

    private static async Task<bool> ChooseAsync()
    {
        var forced = Environment.GetEnvironmentVariable(Variable) ?? "";
        if (forced is not ("" or "containers" or "native")) throw new InvalidOperationException($"{Variable} is containers or native, not '{forced}'.");
        if (forced == "native") return false;
        var missing = await MissingAsync();
        if (missing.Length > 0 && forced.Length > 0) throw new InvalidOperationException($"{Variable}=containers, but {missing}");
        return missing.Length == 0;
    }

    private static async Task<string> MissingAsync()
    {
        var asked = await AskAsync(_answerMax, "version", "--format", "{{.Server.APIVersion}}");
        if (asked.ExitCode != 0) return $"no container engine answers: {asked.Errors.Trim()}";
        foreach (var image in new[] { ContainerPostgres.Image, ContainerRabbit.Image })
        {
            var missing = await MissingAsync(image);
            if (missing.Length > 0) return missing;
        }

        // Before the first use of Testcontainers, which reads it once.
        var api = asked.Output.Trim();
        if (Version.Parse(api) < _apiAsked && Environment.GetEnvironmentVariable(ApiVariable) is null or "")
            Environment.SetEnvironmentVariable(ApiVariable, api);
        TestcontainersSettings.ResourceReaperImage ??= new DockerImage(Reaper);
        if (TestcontainersSettings.ResourceReaperEnabled && (await MissingAsync(TestcontainersSettings.ResourceReaperImage.FullName)).Length > 0)
            TestcontainersSettings.ResourceReaperEnabled = false; // the watchdog does the same
        return "";
    }

    private static async Task<string> MissingAsync(string image)
    {
        if ((await AskAsync(_answerMax, "image", "inspect", image)).ExitCode == 0) return "";
        var pulled = await AskAsync(_pullMax, "pull", "--quiet", image);
        return pulled.ExitCode == 0 ? "" : $"the image {image} is not here and cannot be had: {pulled.Errors.Trim()}";
    }

    private static async Task<Ended> AskAsync(TimeSpan limit, params string[] words)
    {
        try
        {
            return await Command.TryRunAsync(["docker", .. words], "/", limit: limit);
        }
        catch (TimeoutException error)
        {
            return new(-1, "", error.Message);
        }
    }

    // A container that was being made when this process was killed is there a little later: they are swept twice.
    private static string Watch()
    {
        var owner = Guid.NewGuid().ToString("N");
        Watchdog.Start(
            "iij-containers-",
            _ => $$"""
                sweep() { docker ps --all --quiet --filter label={{Label}}={{owner}} | xargs --no-run-if-empty docker rm --force --volumes; }
                sweep
                (sleep 10; sweep) &
                """,
            _ => new Dictionary<string, string>());
        return owner;
    }
}

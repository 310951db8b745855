using System.Diagnostics;
using Grpc.Core;
using Grpc.Health.V1;
using Iij.Local;
using Iij.Tests.Servers;

namespace Iij.Tests.Earnest;

/// <summary>
/// The services as they run in earnest: each source and reporting (which hosts the group's accounts) in a process of its own, a
/// PostgreSQL database for each, RabbitMQ between them.
/// </summary>
internal sealed class FiveProcesses : IAsyncDisposable
{
    private static readonly TimeSpan _startMax = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, Dictionary<string, string>> _settings = [];
    private readonly Dictionary<string, Process> _processes = [];
    private readonly Dictionary<string, Uri> _endpoints = [];
    private readonly List<string> _output = [];

    private FiveProcesses(ServiceChannels channels) => Channels = channels;

    /// <summary>The processes by name, and the project of each.</summary>
    public static IReadOnlyDictionary<string, string> Projects { get; } = new Dictionary<string, string>
    {
        ["network"] = "NetworkServices", ["backlog"] = "SiBacklog", ["cloud"] = "GioCloud", ["atm"] = "AtmOperations",
        ["reporting"] = "Reporting",
    };

    /// <summary>The addresses, which stay the same when a process is started again.</summary>
    public ServiceChannels Channels { get; private set; }

    /// <summary>Where each service listens, by its name.</summary>
    public IReadOnlyDictionary<string, Uri> Endpoints => _endpoints;

    /// <summary>What the processes said on standard error.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    public static async Task<FiveProcesses> StartAsync()
    {
        var all = new FiveProcesses(new ServiceChannels(new Dictionary<string, Uri>()));
        await all.ConfigureAsync();
        return await all.StartAllAsync();
    }

    /// <summary>With the roles and users of a deployment, as its containers are told: all that is secret is in files.</summary>
    public static Task<FiveProcesses> StartAsync(DeployedServers servers)
    {
        var all = new FiveProcesses(new ServiceChannels(new Dictionary<string, Uri>()));
        foreach (var name in Projects.Keys)
        {
            all._settings[name] = new(all.ServingSettings("", name))
            {
                ["IIJ_SECRETS"] = servers.SecretsOf(name), ["Bus__Transport"] = "rabbitmq", ["Bus__DeclareQueue"] = "false",
            };
        }

        foreach (var (key, value) in all.ServingSettings("Group__", "group"))
            all._settings["reporting"][key] = value;
        all.ConfigurePeers();
        return all.StartAllAsync();
    }

    /// <summary>The program of a project, built with the tests.</summary>
    public static string Program(string project) => Path.Combine(Binaries(project), $"Iij.{project}.dll");

    /// <summary>Starts a process and waits until its services say that they serve.</summary>
    public async Task StartAsync(string name)
    {
        var start = new ProcessStartInfo("dotnet", Program(Projects[name]))
        {
            RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (key, value) in _settings[name])
            start.Environment[key] = value;
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => Say(name, line.Data);
        process.OutputDataReceived += (_, line) => Say(name, line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        lock (_processes)
            _processes[name] = process;
        await WaitAsync(name);
        if (name == "reporting")
            await WaitAsync("group");
    }

    /// <summary>SIGKILL of one process.</summary>
    public async Task KillAsync(string name)
    {
        Process process;
        lock (_processes)
            process = _processes[name];
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Channels.Dispose();
        foreach (var process in _processes.Values.Where(process => !process.HasExited))
            process.Kill();
        foreach (var process in _processes.Values)
        {
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private async Task ConfigureAsync()
    {
        await RabbitServer.Shared.StartAsync();
        await PostgresServer.Shared.StartAsync();
        var bus = await RabbitServer.Shared.CreateVirtualHostAsync();
        foreach (var name in Projects.Keys)
        {
            _settings[name] = await SettingsAsync(name, "");
            _settings[name]["Bus__Transport"] = "rabbitmq";
            _settings[name]["Bus__Uri"] = bus.ToString();
        }

        foreach (var (key, value) in await SettingsAsync("group", "Group__"))
            _settings["reporting"][key] = value;
        ConfigurePeers();
    }

    private void ConfigurePeers()
    {
        foreach (var source in LocalServices.Sources)
            _settings["reporting"][$"Peers__{source}"] = _endpoints[source].ToString();
    }

    private Dictionary<string, string> ServingSettings(string section, string name)
    {
        _endpoints[name] = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        return new()
        {
            [$"{section}Listen"] = _endpoints[name].ToString(), [$"{section}Storage__Engine"] = "postgres",
            [$"{section}Storage__Migrate"] = "false",
        };
    }

    private async Task<FiveProcesses> StartAllAsync()
    {
        Channels = new ServiceChannels(_endpoints);
        await Task.WhenAll(Projects.Keys.Select(StartAsync));
        return this;
    }

    private async Task<Dictionary<string, string>> SettingsAsync(string name, string section)
    {
        _endpoints[name] = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        return new()
        {
            [$"{section}Listen"] = _endpoints[name].ToString(), [$"{section}Storage__Engine"] = "postgres",
            [$"{section}Storage__ConnectionString"] = await PostgresServer.Shared.CreateDatabaseAsync(name),
        };
    }

    private async Task WaitAsync(string name)
    {
        var health = new Health.HealthClient(Channels[name]);
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                var answer = await health.CheckAsync(new HealthCheckRequest(), deadline: DateTime.UtcNow.AddSeconds(2));
                if (answer.Status == HealthCheckResponse.Types.ServingStatus.Serving)
                    return;
            }
            catch (RpcException) when (watch.Elapsed < _startMax)
            {
                // Not up yet.
            }

            if (watch.Elapsed > _startMax)
                throw new TimeoutException($"{name} does not serve after {_startMax}:\n{Output}");
            await Task.Delay(100);
        }
    }

    private void Say(string name, string? line)
    {
        lock (_output)
        {
            if (line is not null)
                _output.Add($"{name}: {line}");
        }
    }

    private static string Binaries(string project)
    {
        // …/tests/Earnest/bin/Release/net10.0/ beside …/services/Project/bin/Release/net10.0/
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var root = here.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, "services", project, "bin", here.Parent!.Name, here.Name);
    }
}

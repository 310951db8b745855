using Iij.Local;
using Iij.Tests.Servers;

namespace Iij.Tests.Earnest;

/// <summary>
/// The services as they run in earnest: each source and reporting (which hosts the group's accounts) in a process of its own, a
/// PostgreSQL database for each, RabbitMQ between them.
/// </summary>
internal sealed class FiveProcesses : IAsyncDisposable
{
    private readonly Dictionary<string, Dictionary<string, string>> _settings = [];
    private readonly Dictionary<string, ServiceProgram> _programs = [];
    private readonly Dictionary<string, Uri> _endpoints = [];

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
    public string Output => string.Join('\n', _programs.Values.Select(program => program.Output));

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
        return all.StartAllAsync();
    }

    /// <summary>The program of a project, built with the tests.</summary>
    public static string Program(string project) => ServiceProgram.BuiltAt($"services/{project}", $"Iij.{project}");

    /// <summary>Starts a process and waits until its services say that they serve.</summary>
    public Task StartAsync(string name) => _programs[name].StartAsync();

    /// <summary>SIGKILL of one process.</summary>
    public Task KillAsync(string name) => _programs[name].KillAsync();

    public async ValueTask DisposeAsync()
    {
        Channels.Dispose();
        foreach (var program in _programs.Values)
            await program.DisposeAsync();
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
    }

    private async Task<FiveProcesses> StartAllAsync()
    {
        foreach (var source in LocalServices.Sources)
            _settings["reporting"][$"Peers__{source}"] = _endpoints[source].ToString();
        foreach (var (name, project) in Projects)
        {
            string[] guests = name == "reporting" ? ["Group"] : [];
            _programs[name] = new(name, Program(project), _settings[name], guests);
        }

        Channels = new ServiceChannels(_endpoints);
        await Task.WhenAll(Projects.Keys.Select(StartAsync));
        return this;
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

    private async Task<Dictionary<string, string>> SettingsAsync(string name, string section)
    {
        _endpoints[name] = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        return new()
        {
            [$"{section}Listen"] = _endpoints[name].ToString(), [$"{section}Storage__Engine"] = "postgres",
            [$"{section}Storage__ConnectionString"] = await PostgresServer.Shared.CreateDatabaseAsync(name),
        };
    }
}

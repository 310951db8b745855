using Iij.Local;
using Iij.Tests.Servers;

namespace Iij.Tests.Earnest;

/// <summary>
/// The services as they run in earnest: each source and reporting (which hosts the group's accounts) in a process of its own, a
/// PostgreSQL database for each, RabbitMQ between them.
/// </summary>
internal sealed class FiveProcesses : IAsyncDisposable
{
    private static readonly Dictionary<string, string> _projects = new()
    {
        ["network"] = "NetworkServices", ["backlog"] = "SiBacklog", ["cloud"] = "GioCloud", ["atm"] = "AtmOperations",
        ["reporting"] = "Reporting",
    };

    private readonly Dictionary<string, Dictionary<string, string>> _settings = [];
    private readonly Dictionary<string, ServiceProgram> _programs = [];
    private readonly Dictionary<string, Uri> _endpoints = [];

    private FiveProcesses(ServiceChannels channels) => Channels = channels;

    /// <summary>The addresses, which stay the same when a process is started again.</summary>
    public ServiceChannels Channels { get; private set; }

    /// <summary>What the processes said on standard error.</summary>
    public string Output => string.Join('\n', _programs.Values.Select(program => program.Output));

    public static async Task<FiveProcesses> StartAsync()
    {
        var all = new FiveProcesses(new ServiceChannels(new Dictionary<string, Uri>()));
        await all.ConfigureAsync();
        all.Channels = new ServiceChannels(all._endpoints);
        await Task.WhenAll(_projects.Keys.Select(all.StartAsync));
        return all;
    }

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
        foreach (var name in _projects.Keys)
        {
            _settings[name] = await SettingsAsync(name, "");
            _settings[name]["Bus__Transport"] = "rabbitmq";
            _settings[name]["Bus__Uri"] = bus.ToString();
        }

        foreach (var (key, value) in await SettingsAsync("group", "Group__"))
            _settings["reporting"][key] = value;
        foreach (var source in LocalServices.Sources)
            _settings["reporting"][$"Peers__{source}"] = _endpoints[source].ToString();
        foreach (var (name, project) in _projects)
        {
            string[] guests = name == "reporting" ? ["Group"] : [];
            _programs[name] = new(name, ServiceProgram.BuiltAt($"services/{project}", $"Iij.{project}"), _settings[name], guests);
        }
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

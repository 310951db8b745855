using Iij.Contracts;
using Iij.Local;
using Iij.Tests.Servers;

namespace Iij.Tests.Processes;

/// <summary>
/// The services as they run in production: each source and reporting in a process of its own, a PostgreSQL database for each, RabbitMQ
/// between them.
/// </summary>
internal sealed class SixProcesses : IAsyncDisposable
{
    private readonly string _keys = Path.Combine(Directory.CreateTempSubdirectory("iij-six-").FullName, "keys");
    private readonly Dictionary<string, Dictionary<string, string>> _settings = [];
    private readonly Dictionary<string, ServiceProgram> _programs = [];
    private readonly Dictionary<string, Uri> _endpoints = [];

    private SixProcesses(ServiceChannels channels) => Channels = channels;

    /// <summary>The processes by name, and the project of each.</summary>
    public static IReadOnlyDictionary<string, string> Projects { get; } = SourceDescription.All
        .Select(source => (source.Name, source.Project)).Append(("reporting", "Reporting")).ToDictionary();

    /// <summary>The addresses, which stay the same when a process is started again.</summary>
    public ServiceChannels Channels { get; private set; }

    /// <summary>Where each service listens, by its name.</summary>
    public IReadOnlyDictionary<string, Uri> Endpoints => _endpoints;

    /// <summary>What the processes said on standard error.</summary>
    public string Output => string.Join('\n', _programs.Values.Select(program => program.Output));

    public static async Task<SixProcesses> StartAsync()
    {
        var all = new SixProcesses(new ServiceChannels(new Dictionary<string, Uri>()));
        await all.ConfigureAsync();
        return await all.StartAllAsync();
    }

    /// <summary>With the roles and users of a deployment, as its containers are told: all that is secret is in files.</summary>
    public static Task<SixProcesses> StartAsync(DeployedServers servers)
    {
        var all = new SixProcesses(new ServiceChannels(new Dictionary<string, Uri>()));
        foreach (var name in Projects.Keys)
        {
            var settings = all.Place(name);
            settings["IIJ_SECRETS"] = servers.SecretsOf(name);
            settings["Signing__KeyFile"] = servers.KeyOf(name);
            settings["Signing__PublicKeys"] = servers.PublicKeys;
            settings["Storage__Migrate"] = "false";
            settings["Bus__DeclareQueue"] = "false";
        }

        return all.StartAllAsync();
    }

    /// <summary>The program of a project, built with the tests.</summary>
    public static string Program(string project) => ServiceProgram.BuiltAt($"services/{project}", $"Iij.{project}");

    /// <summary>Starts a process and waits until its service says that it serves.</summary>
    public Task StartAsync(string name) => _programs[name].StartAsync();

    /// <summary>SIGKILL of one process.</summary>
    public Task KillAsync(string name) => _programs[name].KillAsync();

    public async ValueTask DisposeAsync()
    {
        Channels.Dispose();
        foreach (var program in _programs.Values)
            await program.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(_keys)!, recursive: true);
    }

    private async Task ConfigureAsync()
    {
        await RabbitServer.Shared.StartAsync();
        await PostgresServer.Shared.StartAsync();
        var bus = await RabbitServer.Shared.CreateVirtualHostAsync();
        foreach (var name in Projects.Keys)
        {
            var settings = Place(name);
            settings["Storage__ConnectionString"] = await PostgresServer.Shared.CreateDatabaseAsync(name);
            settings["Bus__Uri"] = bus.ToString();
            settings["Signing__KeyFile"] = Path.Combine(_keys, name + ".key.pem");
            settings["Signing__PublicKeys"] = _keys;
        }
    }

    private async Task<SixProcesses> StartAllAsync()
    {
        foreach (var source in LocalServices.Sources)
            _settings["reporting"][$"Peers__{source}"] = _endpoints[source].ToString();
        foreach (var (name, project) in Projects)
            _programs[name] = new(name, Program(project), _settings[name]);

        Channels = new ServiceChannels(_endpoints);
        await Task.WhenAll(Projects.Keys.Select(StartAsync));
        return this;
    }

    // Gives a service an address, and the settings that are the same for all; the caller adds the others.
    private Dictionary<string, string> Place(string name)
    {
        _endpoints[name] = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        return _settings[name] = new()
        {
            ["Listen"] = _endpoints[name].ToString(), ["Storage__Engine"] = "postgres", ["Bus__Transport"] = "rabbitmq",
        };
    }
}

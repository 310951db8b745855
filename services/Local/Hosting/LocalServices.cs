using System.Net;
using System.Net.Sockets;
using Iij.Atm;
using Iij.Backlog;
using Iij.Client;
using Iij.Closing;
using Iij.Cloud;
using Iij.Contracts;
using Iij.Group;
using Iij.Network;
using Iij.Platform;
using Iij.Reporting;
using Microsoft.Data.Sqlite;

namespace Iij.Local;

/// <summary>
/// The sources and reporting in one process: each with its own container, SQLite file and loopback port, on one bus in memory, and an issuer of
/// tokens for their callers.
/// </summary>
public sealed class LocalServices : IAsyncDisposable
{
    private const int FirstPort = 5101;
    private const int ReportingPort = 5106;
    private const int HttpPort = 5107;
    private const int IssuerPort = FirstPort - 1;
    private readonly List<WebApplication> _apps = [];
    private EmbeddedIssuer? _issuer;
    private EventBus? _bus;

    private LocalServices() => Channels = new ServiceChannels(Endpoints);

    /// <summary>The sources by the first word of their measures.</summary>
    public static IReadOnlyList<string> Sources { get; } = [.. SourceDescription.All.Select(source => source.Name)];

    /// <summary>How the service of each source is built.</summary>
    public static IReadOnlyDictionary<string, BuildSource> Hosts { get; } = new Dictionary<string, BuildSource>
    {
        ["network"] = SourceHost.BuildAsync<NetworkSource, NetworkStore, NetworkGrpcService>,
        ["backlog"] = SourceHost.BuildAsync<BacklogSource, BacklogStore, BacklogGrpcService>,
        ["cloud"] = SourceHost.BuildAsync<CloudSource, CloudStore, CloudGrpcService>,
        ["atm"] = SourceHost.BuildAsync<AtmSource, AtmStore, AtmGrpcService>,
        ["group"] = SourceHost.BuildAsync<GroupSource, GroupStore, GroupGrpcService>,
    };

    /// <summary>Where each service listens, by its name.</summary>
    public Dictionary<string, Uri> Endpoints { get; } = [];

    /// <summary>Starts everything; what was started is stopped again where something fails.</summary>
    /// <param name="databasePath">The SQLite file of a service, given its name.</param>
    /// <param name="port">The first of seven fixed ports, the last of them for HTTP, with the one before for the issuer; 0 takes free ones.</param>
    /// <param name="relay">Whether events leave the outboxes; off, reporting receives nothing.</param>
    /// <param name="clock">The clock; the system's where none is given.</param>
    /// <param name="others">Sources beside those of this version.</param>
    public static async Task<LocalServices> StartAsync(Func<string, string> databasePath, int port, bool relay, TimeProvider? clock = null,
        params (SourceDescription Source, BuildSource Build)[] others)
    {
        var sources = SourceDescription.All.Select(source => (Source: source, Build: Hosts[source.Name])).Concat(others).ToList();
        RequireFree(port, [.. sources.Select(each => each.Source.Port), ReportingPort, HttpPort, IssuerPort]);
        var services = new LocalServices();
        try
        {
            await services.StartAllAsync(sources, databasePath, port, relay, clock);
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where reporting's HTTP API listens; null before it does.</summary>
    public Uri? Http { get; private set; }

    /// <summary>A channel to each service.</summary>
    public ServiceChannels Channels { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Channels.Dispose();
        foreach (var app in _apps)
            await app.StopAsync();
        if (_bus is not null)
            await _bus.DisposeAsync();
        foreach (var app in _apps)
            await app.DisposeAsync();
        if (_issuer is not null)
            await _issuer.DisposeAsync();
    }

    // Asked beforehand: a server that cannot bind says so in a page of its own.
    private static void RequireFree(int port, IEnumerable<int> described)
    {
        foreach (var number in port == 0 ? [] : described.Select(each => From(port, each)))
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, number);
                listener.Start();
            }
            catch (SocketException error)
            {
                throw new SettingsException("--port",
                    $"port {number} on 127.0.0.1 cannot be listened on ({error.Message}); choose others, or none for free ones");
            }
        }
    }

    private async Task StartAllAsync(IReadOnlyList<(SourceDescription Source, BuildSource Build)> sources,
        Func<string, string> databasePath, int port, bool relay, TimeProvider? clock)
    {
        _issuer = await EmbeddedIssuer.StartAsync(KeyFile(databasePath("issuer"), "issuer", "issuer"), From(port, IssuerPort));
        Endpoints[NameTokens.Service] = _issuer.Address;
        ServiceSettings Settings(string name, int described) => new()
        {
            Identity = _issuer.Settings(name),
            Listen = $"http://127.0.0.1:{From(port, described)}", Relay = relay, FillGaps = relay,
            Storage = new StorageSettings { Engine = "sqlite", Path = databasePath(name) }, Signing = KeysOf(name, databasePath(name)),
        };
        var reportingSettings = Settings("reporting", ReportingPort);
        reportingSettings.Http = $"http://127.0.0.1:{From(port, HttpPort)}";
        var reporting = await OpenedAsync(reportingSettings, () => ReportingHost.BuildAsync(reportingSettings, clock));
        _bus = await EventBus.StartAsync(reportingSettings.Bus, ReportingHost.Consumer(reporting));
        foreach (var (source, build) in sources)
        {
            var settings = Settings(source.Name, source.Port);
            await StartAsync(source.Name, await OpenedAsync(settings, () => build(settings, _bus.PublishAsync, clock)));
            reportingSettings.Peers[source.Name] = Endpoints[source.Name].ToString();
        }

        await StartAsync("reporting", reporting);
        Http = reporting.HttpAddress();
    }

    private static async Task<WebApplication> OpenedAsync(ServiceSettings settings, Func<Task<WebApplication>> build)
    {
        try
        {
            return await build();
        }
        catch (SqliteException error)
        {
            throw new DataFolderException($"{settings.Storage.Path} cannot be used as a database ({error.Message}); restore it with the files "
                + "-wal and -shm that belong to it, or choose another folder with --data");
        }
    }

    // In a folder beside the databases, which each source puts its keys into and reporting reads the public ones of.
    private static SigningSettings KeysOf(string name, string database)
    {
        var file = KeyFile(database, "keys", name);
        return new SigningSettings { KeyFile = file, PublicKeys = Path.GetDirectoryName(file)! };
    }

    private static string KeyFile(string database, string folder, string name) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(database))!, folder, name + SigningSettings.KeyEnding);

    // The ports that are described, moved to begin at another; 0 stands for any free one.
    private static int From(int port, int described) => port == 0 ? 0 : port + described - FirstPort;

    private async Task StartAsync(string name, WebApplication app)
    {
        _apps.Add(app);
        await app.StartAsync();
        Endpoints[name] = app.Address();
    }
}

/// <summary>Builds the service of a source, which can serve when this returns.</summary>
public delegate Task<WebApplication> BuildSource(ServiceSettings settings, PublishPeriodEvent publish, TimeProvider? clock);

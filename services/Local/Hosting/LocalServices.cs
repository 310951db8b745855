using System.Net;
using System.Net.Sockets;
using Iij.Atm;
using Iij.Backlog;
using Iij.Closing;
using Iij.Cloud;
using Iij.Group;
using Iij.Network;
using Iij.Platform;
using Iij.Reporting;

namespace Iij.Local;

/// <summary>
/// The five sources and reporting in one process: each with its own container, SQLite file and loopback port, on one bus in memory.
/// </summary>
public sealed class LocalServices : IAsyncDisposable
{
    private readonly List<WebApplication> _apps = [];
    private EventBus? _bus;

    private LocalServices() => Channels = new ServiceChannels(Endpoints);

    /// <summary>The sources by the first word of their measures.</summary>
    public static IReadOnlyList<string> Sources { get; } = ["network", "backlog", "cloud", "atm", "group"];

    /// <summary>Where each service listens, by its name.</summary>
    public Dictionary<string, Uri> Endpoints { get; } = [];

    /// <summary>Starts everything; what was started is stopped again where something fails.</summary>
    /// <param name="databasePath">The SQLite file of a service, given its name.</param>
    /// <param name="port">The first of seven fixed ports, the last of them for HTTP; 0 takes free ones.</param>
    /// <param name="relay">Whether events leave the outboxes; off, reporting receives nothing.</param>
    /// <param name="clock">The clock; the system's where none is given.</param>
    public static async Task<LocalServices> StartAsync(Func<string, string> databasePath, int port, bool relay, TimeProvider? clock = null)
    {
        RequireFree(port);
        var services = new LocalServices();
        try
        {
            await services.StartAllAsync(databasePath, port, relay, clock);
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
    }

    // Asked beforehand: a server that cannot bind says so in a page of its own.
    private static void RequireFree(int port)
    {
        foreach (var number in Enumerable.Range(port, port == 0 ? 0 : Sources.Count + 2))
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

    private async Task StartAllAsync(Func<string, string> databasePath, int port, bool relay, TimeProvider? clock)
    {
        ServiceSettings Settings(string name, int index) => new()
        {
            Listen = $"http://127.0.0.1:{(port == 0 ? 0 : port + index)}", Relay = relay, FillGaps = relay,
            Storage = new StorageSettings { Engine = "sqlite", Path = databasePath(name) },
        };
        var reportingSettings = Settings("reporting", 5);
        reportingSettings.Http = $"http://127.0.0.1:{(port == 0 ? 0 : port + 6)}";
        var reporting = await ReportingHost.BuildAsync(reportingSettings, clock);
        _bus = await EventBus.StartAsync(reportingSettings.Bus, ReportingHost.Consumer(reporting));
        await StartAsync("network",
            await SourceHost.BuildAsync<NetworkSource, NetworkStore, NetworkGrpcService>(Settings("network", 0), _bus.PublishAsync, clock));
        await StartAsync("backlog",
            await SourceHost.BuildAsync<BacklogSource, BacklogStore, BacklogGrpcService>(Settings("backlog", 1), _bus.PublishAsync, clock));
        await StartAsync("cloud",
            await SourceHost.BuildAsync<CloudSource, CloudStore, CloudGrpcService>(Settings("cloud", 2), _bus.PublishAsync, clock));
        await StartAsync("atm", await SourceHost.BuildAsync<AtmSource, AtmStore, AtmGrpcService>(Settings("atm", 3), _bus.PublishAsync, clock));
        await StartAsync("group",
            await SourceHost.BuildAsync<GroupSource, GroupStore, GroupGrpcService>(Settings("group", 4), _bus.PublishAsync, clock));
        foreach (var source in Sources)
            reportingSettings.Peers[source] = Endpoints[source].ToString();
        await StartAsync("reporting", reporting);
        Http = reporting.HttpAddress();
    }

    private async Task StartAsync(string name, WebApplication app)
    {
        _apps.Add(app);
        await app.StartAsync();
        Endpoints[name] = app.Address();
    }
}

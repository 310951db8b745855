using Iij.Client;
using Iij.Closing.V1;
using Iij.Local;
using Iij.Reporting.V1;

namespace Iij.Tests.Cli;

/// <summary>The services in this process with their endpoints file; a folder of their own.</summary>
public class Books : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-cli-").FullName;

    public LocalServices Services { get; private set; } = null!;

    public string Endpoints => PathOf("endpoints.json");

    public ReportingService.ReportingServiceClient Reporting => new(Services.Channels["reporting"]);

    public ClosingService.ClosingServiceClient Closing(string source) => new(Services.Channels[source]);

    public Iij Iij(string? actor = null) => new(Endpoints, actor);

    public string PathOf(string name) => Path.Combine(_folder, name);

    public virtual Task InitializeAsync() => StartAsync();

    /// <summary>Ends the services; they leave their databases and the endpoints file behind.</summary>
    public async Task StopAsync() => await Services.DisposeAsync();

    /// <summary>Starts the services, on ports of their own each time.</summary>
    public async Task StartAsync()
    {
        Services = await LocalServices.StartAsync(name => PathOf(name + ".db"), port: 0, relay: true);
        await File.WriteAllTextAsync(Endpoints, EndpointsFile.Write(Services.Endpoints));
    }

    public async Task DisposeAsync()
    {
        await Services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Waits until reporting has every event.</summary>
    public async Task ArriveAsync() => Assert.True(await new TieOut(Services.Channels, TimeProvider.System).WaitAsync(default));

    public static Grpc.Core.CallOptions As(string actor) => new(new Grpc.Core.Metadata { { ActorMetadata.Key, actor } });
}

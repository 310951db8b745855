using Grpc.Net.Client;
using Iij.Local;
using Microsoft.Data.Sqlite;

namespace Iij.Tests.Access;

/// <summary>The services as ./run starts them, with an issuer of their own.</summary>
public sealed class EmbeddedRun : IAsyncLifetime
{
    internal string Folder { get; } = Directory.CreateTempSubdirectory("iij-embedded-").FullName;

    internal LocalServices Services { get; private set; } = null!;

    /// <summary>A channel to a source that adds nothing to its calls.</summary>
    internal GrpcChannel Plain { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Services = await LocalServices.StartAsync(name => Path.Combine(Folder, name + ".db"), port: 0, relay: true);
        Plain = GrpcChannel.ForAddress(Services.Endpoints["network"]);
    }

    public async Task DisposeAsync()
    {
        Plain.Dispose();
        await Services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}

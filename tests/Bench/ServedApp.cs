using Grpc.Net.Client;
using Iij.AtmOperations.V1;
using Microsoft.AspNetCore.Builder;

namespace Iij.Tests.Bench;

/// <summary>A running service with a client's connection to it, and the database that goes with it.</summary>
internal sealed class ServedApp(WebApplication app, GrpcChannel channel, IAsyncDisposable? storage) : IAsyncDisposable
{
    public AtmOperationsService.AtmOperationsServiceClient Client { get; } = new(channel);

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        if (storage is not null)
            await storage.DisposeAsync();
    }
}

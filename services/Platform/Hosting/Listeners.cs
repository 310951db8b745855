using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Iij.Platform;

/// <summary>
/// What is shown at one listener is not there at the others. Known by the connection, neither by a port, which may be a free one or that of
/// two addresses, nor by the header Host, which the caller chooses.
/// </summary>
public static class Listeners
{
    /// <summary>The listener a request came in at.</summary>
    public static Listener ListenerOf(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<Entered>()?.Listener ?? Listener.Grpc;
    }

    /// <summary>Says at which listener endpoints are; without a word they are at gRPC's.</summary>
    public static TBuilder At<TBuilder>(this TBuilder endpoints, Listener listener)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new Entered(listener));

    /// <summary>Says at which listener one endpoint is.</summary>
    internal static void Set(EndpointBuilder endpoint, Listener listener) => endpoint.Metadata.Add(new Entered(listener));

    internal static void Mark(ListenOptions listening, Listener listener) => listening.Use(next => connection =>
    {
        connection.Features.Set(new Entered(listener));
        return next(connection);
    });

    /// <summary>Hides every endpoint that is not at the listener its caller came in at.</summary>
    internal static void UseListeners(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is { } endpoint && (endpoint.Metadata.GetMetadata<Entered>()?.Listener ?? Listener.Grpc) != context.ListenerOf())
            context.SetEndpoint(null);
        return next(context);
    });

    private sealed record Entered(Listener Listener);
}

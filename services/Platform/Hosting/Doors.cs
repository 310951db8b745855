using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Iij.Platform;

/// <summary>The addresses on which a process listens, by purpose.</summary>
public enum Door
{
    /// <summary>The setting Listen: gRPC.</summary>
    Grpc,

    /// <summary>The setting Http: the page and its API, of reporting alone.</summary>
    Http,

    /// <summary>The setting Observe: health and metrics.</summary>
    Observe,
}

/// <summary>
/// What is shown at one door is not there at the others. Known by the connection, neither by a port, which may be a free one or that of
/// two addresses, nor by the header Host, which the caller chooses.
/// </summary>
public static class Doors
{
    /// <summary>The door a request came in at.</summary>
    public static Door DoorOf(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<Entered>()?.Door ?? Door.Grpc;
    }

    /// <summary>Says at which door endpoints are; without a word they are at gRPC's.</summary>
    public static TBuilder At<TBuilder>(this TBuilder endpoints, Door door)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new Entered(door));

    /// <summary>Says at which listener one endpoint is.</summary>
    internal static void Set(EndpointBuilder endpoint, Door door) => endpoint.Metadata.Add(new Entered(door));

    internal static void Mark(ListenOptions listening, Door door) => listening.Use(next => connection =>
    {
        connection.Features.Set(new Entered(door));
        return next(connection);
    });

    /// <summary>Hides every endpoint that is not at the door its caller came in at.</summary>
    internal static void UseDoors(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is { } endpoint && (endpoint.Metadata.GetMetadata<Entered>()?.Door ?? Door.Grpc) != context.DoorOf())
            context.SetEndpoint(null);
        return next(context);
    });

    private sealed record Entered(Door Door);
}

namespace Iij.Platform;

/// <summary>The addresses on which a process listens, by purpose.</summary>
public enum Listener
{
    /// <summary>The setting Listen: gRPC.</summary>
    Grpc,

    /// <summary>The setting Http: the page and its API, of reporting alone.</summary>
    Http,

    /// <summary>The setting Observe: health and metrics.</summary>
    Observe,
}

namespace Iij.Platform;

/// <summary>Marks a request whose token a cookie of the page brought.</summary>
public sealed record PageSession;

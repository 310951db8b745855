namespace Iij.Platform;

/// <summary>Why the token of a request was not accepted.</summary>
internal sealed record TokenFailure(string Words);

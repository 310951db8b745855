namespace Iij.Client;

/// <summary>An issuer answered a request for a token with an error (RFC 6749, 5.2): asking again does not help.</summary>
/// <param name="message">What it says.</param>
public sealed class TokenRefusedException(string message) : Exception(message);

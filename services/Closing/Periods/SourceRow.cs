namespace Iij.Closing;

/// <summary>The row of source.</summary>
public sealed class SourceRow
{
    /// <summary>Its name, as in deploy/sources.csv.</summary>
    public string Name { get; init; } = "";

    /// <summary>The incarnation: a UUID.</summary>
    public string Incarnation { get; init; } = "";

    /// <summary>The last sequence number issued.</summary>
    public long LastSequence { get; init; }

    /// <summary>The evidence of the database's identity; empty where the engine has none.</summary>
    public string Evidence { get; init; } = "";
}

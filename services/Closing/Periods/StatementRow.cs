using Iij.Contracts;

namespace Iij.Closing;

/// <summary>A statement as it was fixed.</summary>
public sealed class StatementRow
{
    /// <summary>The statement message's full name.</summary>
    public string SchemaName { get; init; } = "";

    /// <summary>Proto3 JSON.</summary>
    public string Body { get; init; } = "";

    /// <summary>The waivers of the revision as <see cref="Waivers"/> writes them; empty without any.</summary>
    public string WaiverText { get; init; } = "";

    /// <summary>SHA-256 of the sorted facts.</summary>
    public string Digest { get; init; } = "";
}

namespace Iij.Reporting;

/// <summary>An approval on its way.</summary>
public sealed record ApprovalRow
{
    /// <summary>The step that ends an approval which published its edition.</summary>
    public const string Published = "Published";

    /// <summary>The step that ends an approval which published nothing.</summary>
    public const string Abandoned = "Abandoned";

    /// <summary>The step after Abandoned: no source holds a lock of it.</summary>
    public const string Released = "Released";

    /// <summary>A UUID.</summary>
    public string Attempt { get; init; } = "";

    /// <summary>The edition, by the position of its preparation.</summary>
    public long Preparation { get; init; }

    /// <summary>Who approves.</summary>
    public string Actor { get; init; } = "";

    /// <summary>The caller's request.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>The content of that request.</summary>
    public string ContentHash { get; init; } = "";

    /// <summary>Microseconds since 1970 UTC.</summary>
    public long BegunAt { get; init; }

    /// <summary>Published or Abandoned; empty where it has not ended.</summary>
    public string Ended { get; init; } = "";
}

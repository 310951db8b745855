namespace Iij.Closing;

/// <summary>A row of credit: which entry takes which part of which other one back.</summary>
public sealed class CreditRow
{
    /// <summary>The credit note.</summary>
    public long Entry { get; init; }

    /// <summary>The entry that it takes from.</summary>
    public long Credits { get; init; }

    /// <summary>The measure of the posting that it takes from.</summary>
    public string Measure { get; init; } = "";

    /// <summary>Yen, above zero.</summary>
    public long Amount { get; init; }
}

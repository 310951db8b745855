namespace Iij.Tests.Oracle;

/// <summary>What a line is: a flow or a stock, its unit, and whether it is known at any date.</summary>
public sealed record LineNature(bool IsStock, string Unit, bool IsDated = false, bool IsSpecial = false)
{
    public const string Yen = "JPY";
    public const string Count = "count";
    public const string PerShare = "JPY per share";
}

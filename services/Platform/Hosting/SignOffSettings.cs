namespace Iij.Platform;

/// <summary>The policies of the sign-off in reporting.</summary>
public sealed class SignOffSettings
{
    /// <summary>Whether the approver of an edition may have closed one of its months. Off, such an approval is refused (CLOSED_BY_APPROVER).</summary>
    public bool ApproverMayHaveClosed { get; set; }

    /// <summary>From which difference between the revenue of a fiscal year and the target announced last a preview warns, in percent.</summary>
    public int RevenueThresholdPercent { get; set; } = 10;

    /// <summary>The same of operating income, income before tax and net income, in percent.</summary>
    public int ProfitThresholdPercent { get; set; } = 30;

    /// <summary>Throws <see cref="SettingsException"/> naming a threshold that is not 1 to 1,000 percent.</summary>
    public void Check()
    {
        CheckThreshold(nameof(RevenueThresholdPercent), RevenueThresholdPercent);
        CheckThreshold(nameof(ProfitThresholdPercent), ProfitThresholdPercent);
    }

    private static void CheckThreshold(string name, int percent)
    {
        if (percent is < 1 or > 1_000)
            throw new SettingsException($"SignOff:{name}", $"{percent} is not 1 to 1,000 percent");
    }
}

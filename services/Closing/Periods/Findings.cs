using Iij.Closing.V1;

namespace Iij.Closing;

/// <summary>What validations and the audit find, in the two weights a finding has.</summary>
public static class Findings
{
    /// <summary>Shown; stands in the way of nothing.</summary>
    public static Finding Warning(string code, string message) => new() { Severity = Severity.Warning, Code = code, Message = message };

    /// <summary>Refuses prepare and close.</summary>
    public static Finding Error(string code, string message) => new() { Severity = Severity.Error, Code = code, Message = message };
}

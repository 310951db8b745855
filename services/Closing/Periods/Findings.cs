using Iij.Closing.V1;
using Iij.Contracts;

namespace Iij.Closing;

/// <summary>What validations and the audit find.</summary>
public static class Findings
{
    /// <summary>A finding with the weight that its code has.</summary>
    public static Finding Of(FindingCode code, string message)
    {
        ArgumentNullException.ThrowIfNull(code);
        return new() { Severity = code.Severity, Code = code.Name, Message = message };
    }
}

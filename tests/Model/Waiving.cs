using Iij.Closing.V1;
using Iij.Period.V1;

namespace Iij.Tests.Model;

/// <summary>Closes of months that record a part of what a month must have: everything else is waived, in this one place.</summary>
public static class Waiving
{
    private const string Reason = "not a part of this test";

    /// <summary>A close that waives what the month's preparation or trial found not to be stated.</summary>
    public static ClosePeriodRequest Close(string requestId, Month month, IEnumerable<Finding> findings) => new()
    {
        RequestId = requestId, Month = month,
        Waivers = { Of(findings.Where(finding => finding.Severity == Severity.Waivable).Select(finding => finding.Measure)) },
    };

    /// <summary>A waiver of each measure.</summary>
    public static IEnumerable<Waiver> Of(IEnumerable<string> measures) => measures.Select(measure => new Waiver { Measure = measure, Reason = Reason });
}

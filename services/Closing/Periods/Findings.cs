using Iij.Closing.V1;
using Iij.Contracts;

namespace Iij.Closing;

/// <summary>What validations and the audit find.</summary>
public static class Findings
{
    /// <summary>
    /// A warning for each flow below zero whose measure is not of any sign: reversals and credit notes of earlier months can take more from a
    /// month than it recorded, which is unusual and not wrong.
    /// </summary>
    public static IEnumerable<Finding> NegativeFlows(IEnumerable<Fact> facts) => facts
        .Where(fact => fact.Unscaled < 0 && MeasureCatalog.Find(fact.Measure) is { Nature: Nature.Flow, AnySign: false })
        .Select(fact => FindingCode.FlowNegative.Found($"{fact.Measure} is {fact.Unscaled}: more was reversed or credited than recorded in the month"));
}

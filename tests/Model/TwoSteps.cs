using Grpc.Core;
using Iij.Reporting.V1;

namespace Iij.Tests.Model;

/// <summary>A change of the lines model by two people, as a test needs it in one step.</summary>
public static class TwoSteps
{
    private static int _number;

    /// <summary>Prepares and approves a version of the model; gives what was prepared.</summary>
    public static async Task<DefineLinesResponse> DefineLinesAsync(ReportingService.ReportingServiceClient reporting, IEnumerable<Iij.Reporting.V1.Line> lines)
    {
        var prepared = await reporting.DefineLinesAsync(new() { RequestId = Id(), Lines = { lines }, Reason = "a test" }, As("model editor"));
        await reporting.ApproveLinesAsync(new() { RequestId = Id(), Version = prepared.Version, Digest = prepared.Model.Digest }, As("approver of the model"));
        return prepared;
    }

    private static string Id() => $"two-steps-{Interlocked.Increment(ref _number)}";

    private static CallOptions As(string actor) => new(new Metadata { { "iij-actor", actor } });
}

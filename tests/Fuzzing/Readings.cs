using System.Security.Cryptography;
using System.Text;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Local;
using Iij.Period.V1;
using Iij.Reporting.V1;

namespace Iij.Tests.Fuzzing;

/// <summary>A digest over everything that can be read through the APIs.</summary>
public static class Readings
{
    private static readonly Month[] _months =
        [.. Enumerable.Range(3, 4).Select(month => new Month { Year = 2012, Month_ = month })];

    /// <summary>Reads it all; fails where an audit finds something.</summary>
    public static async Task<string> DigestAsync(LocalServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var text = new StringBuilder();
        foreach (var source in LocalServices.Sources)
            await SourceAsync(new(services.Channels[source]), text);
        await ReportingAsync(new(services.Channels["reporting"]), text);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static async Task SourceAsync(ClosingService.ClosingServiceClient source, StringBuilder text)
    {
        text.AppendLine($"{await source.GetSourceAsync(new())}");
        text.AppendLine($"{await source.ListPeriodsAsync(new() { PageSize = 1_000 })}");
        text.AppendLine($"{await source.ListPeriodEventsAsync(new() { PageSize = 1_000 })}");
        foreach (var month in _months)
        {
            text.AppendLine($"{await source.ListEntriesAsync(new() { Month = month, PageSize = 1_000 })}");
            text.AppendLine($"{await source.GetTrialStatementAsync(new() { Month = month })}");
        }

        var audit = await source.AuditTotalsAsync(new(), ActorMetadata.Of(Rpc.Actor));
        Assert.Empty(audit.Findings);
        text.AppendLine($"{audit}");
    }

    private static async Task ReportingAsync(ReportingService.ReportingServiceClient reporting, StringBuilder text)
    {
        text.AppendLine($"{await reporting.ListDataStatusAsync(new() { PageSize = 1_000 })}");
        text.AppendLine($"{await reporting.ListLinesAsync(new())}");
        text.AppendLine($"{await reporting.ListDeadLettersAsync(new() { PageSize = 1_000 }, ActorMetadata.Of(Rpc.Actor))}");
        var view = await reporting.GetViewAsync(new() { Period = "2012-04" });
        text.AppendLine($"{view.Knowledge} {view.Digest} {view.State}");
    }
}

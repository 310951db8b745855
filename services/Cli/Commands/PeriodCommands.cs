using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Iij.Closing.V1;
using Iij.Contracts;
using NodaTime;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>The months of a source: their states, trial statements, revisions and audit.</summary>
internal static class PeriodCommands
{
    private static readonly Argument<string> _source = Shared.Source();
    private static readonly Argument<YearMonth> _month = Shared.Month();

    /// <summary>iij periods.</summary>
    public static CliCommand Periods() => new CliCommand("periods",
        "The months of a source that have a state, the editions that lock them, and rejections.", "iij periods atm")
    {
        _source,
    }.Reads(async session =>
    {
        var closing = await session.ClosingAsync(session.Get(_source));
        var answer = await Pages.FollowAsync(
            async token => await closing.ListPeriodsAsync(new() { PageSize = Pages.Size, PageToken = token }, session.Reading),
            page => page.NextPageToken, page => page.NextPageToken = "");
        session.Output.Answer(answer, () =>
        {
            var table = Shown.Table("month", "state", ">revision", "impacted", "prepared by", "locked by", "rejected by the group");
            foreach (var period in answer.Periods)
            {
                table.Row(Shown.Month(period.Month), EnumWords.Text(period.State), $"{period.Revision}", period.Impacted ? "impacted" : "",
                    period.PreparedBy, string.Join(", ", period.Editions), Words(period.Rejection));
            }

            return [table];
        });
    });

    /// <summary>iij trial.</summary>
    public static CliCommand Trial() => new CliCommand("trial", "The trial statement of a month, and the findings of the validations.",
        "iij trial atm 2012-12")
    {
        _source, _month,
    }.Reads(async session =>
    {
        var closing = await session.ClosingAsync(session.Get(_source));
        var answer = await closing.GetTrialStatementAsync(new() { Month = session.Get(_month).ToProto() }, session.Reading);
        session.Output.Answer(answer, () => [.. Statement(answer.TrialStatement), .. Findings(answer.Findings)]);
    });

    /// <summary>iij revisions.</summary>
    public static CliCommand Revisions() => new CliCommand("revisions", "Every revision of a source's month that was received, standing or not.",
        "iij revisions atm 2012-12")
    {
        _source, _month,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var answer = await reporting.ListRevisionsAsync(
            new() { Source = session.Get(_source), Month = session.Get(_month).ToProto() }, session.Reading);
        session.Output.Answer(answer, () =>
        {
            var table = Shown.Table(">revision", "stands", ">knowledge", "incarnation", ">sequence", "closed by", "occurred at", "received at",
                "event", "digest");
            foreach (var one in answer.Revisions)
            {
                table.Row($"{one.Revision_}", one.Stands ? "stands" : "", $"{one.Knowledge}", one.Incarnation, $"{one.Sequence}", one.Actor,
                    Shown.Time(one.OccurredAt), Shown.Time(one.ReceivedAt), one.EventId, one.Digest);
            }

            return [table];
        });
    });

    /// <summary>iij audit.</summary>
    public static CliCommand Audit() => new CliCommand("audit",
        "Recompute the totals of a source from its entries, and its statements from the totals; list the differences. Of reporting, verify "
        + "every stored record.", "iij audit atm", "iij audit reporting")
    {
        _source,
    }.Reads(async session =>
    {
        if (session.Get(_source) == Endpoints.Reporting)
        {
            var verified = await (await session.ReportingAsync()).AuditRecordsAsync(new(), session.Reading);
            session.Output.Answer(verified, () => [Shown.Line($"records up to position {verified.Knowledge} verified: "
                + (verified.Problem.Length == 0 ? "all are what was stored, and every event is signed by its source" : verified.Problem))]);
            return;
        }

        var closing = await session.ClosingAsync(session.Get(_source));
        var answer = await closing.AuditTotalsAsync(new(), session.Reading);
        session.Output.Answer(answer, () => [Shown.Line($"{answer.EntriesRead} entries read"), .. Findings(answer.Findings)]);
    });

    /// <summary>A statement as the amounts it reports.</summary>
    public static IEnumerable<IRenderable> Statement(Statement statement)
    {
        yield return Shown.Line($"{statement.Schema}, digest {statement.Digest}", Figures.Faint);
        if (Facts(statement) is not { } facts)
        {
            yield return Shown.Line(statement.Body);
            yield break;
        }

        var table = Shown.Table("measure", "of", ">amount", "unit");
        foreach (var fact in facts)
        {
            var unit = MeasureCatalog.Find(fact.Measure)?.Unit;
            table.Row(fact.Measure, $"{fact.Subject} {fact.Date}".Trim(), $"{fact.Amount}", unit is null ? "" : Figures.UnitText(unit.Value));
        }

        yield return table;
    }

    /// <summary>The findings of validations.</summary>
    public static IEnumerable<IRenderable> Findings(RepeatedField<Finding> findings)
    {
        if (findings.Count == 0)
            yield return Shown.Line("no findings");
        foreach (var finding in findings)
        {
            yield return Shown.Line(EnumWords.Text(finding.Severity),
                new Style(finding.Severity == Severity.Error ? Color.Red : Color.Yellow), $" {finding.Code}: {finding.Message}");
        }
    }

    /// <summary>A rejection: "revision 2 by carol: the reason"; empty where there is none.</summary>
    public static string Words(Rejection? rejection) =>
        rejection is null ? "" : $"revision {rejection.Revision} by {rejection.Actor}: {rejection.Reason}";

    // A statement of a service that is newer than this program is shown as it came.
    private static IReadOnlyList<Fact>? Facts(Statement statement)
    {
        try
        {
            return MeasureCatalog.Parse(statement.Schema, statement.Body) is { } message ? Fact.Of(message) : null;
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or InvalidJsonException or InvalidDataException)
        {
            return null;
        }
    }
}

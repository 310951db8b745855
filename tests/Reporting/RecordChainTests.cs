using Grpc.Core;
using Iij.Platform;
using Iij.Reporting.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>A row that is changed, inserted or removed beside the service is found, and no figure that may rest on it is shown.</summary>
public sealed class RecordChainTests(PostgresDatabase postgres) : IClassFixture<PostgresDatabase>
{
    private const string Month = "2012-04";
    private const string Inserted = "INSERT INTO received_event (knowledge, source, incarnation, sequence, event_id, transition, month, revision, "
        + "occurred_at, actor, reason, schema_name, body, digest, received_at) SELECT last + 1, 'atm', 'life-1', 99, 'forged', 'Prepared', '2012-05', 0, "
        + "1350000000000000, 'mallory', '', '', '', '', 1350000000000000 FROM knowledge; UPDATE knowledge SET last = last + 1";

    /// <summary>What somebody with the rights of the owner of the tables may try.</summary>
    public static TheoryData<string> Alterations => new()
    {
        { "UPDATE fact SET unscaled = unscaled + 10000000000 WHERE measure = 'network.cost'" },
        { "UPDATE fact SET measure = 'network.another' WHERE measure = 'network.cost'" },
        { "DELETE FROM fact WHERE measure = 'network.cost'" },
        { "INSERT INTO fact SELECT knowledge, 'network.other', '', '', 5, 0 FROM received_event WHERE source = 'network'" },
        { "UPDATE received_event SET month = '2012-05' WHERE source = 'network'" },
        { "UPDATE received_event SET actor = 'mallory'" },
        { "UPDATE received_event SET digest = 'another', body_hash = 'another'" },
        { "UPDATE received_event SET signature = ''" },
        { "DELETE FROM fact; DELETE FROM received_event" },
        { Inserted },
        { "UPDATE decision SET actor = 'approver' WHERE kind = 'EditionPrepared'" },
        { "UPDATE decision SET reason = 'another'" },
        { "UPDATE edition SET position = position - 1" },
        { "UPDATE edition SET embargo_until = 5" },
        { "UPDATE edition SET digest = 'another'" },
        { "UPDATE line SET definition = '+gross_margin.total' WHERE name = 'operating_income'" },
        { "DELETE FROM line WHERE name = 'operating_income'" },
        { "UPDATE remark SET content = 'all is well'" },
        { "UPDATE remark SET resolves = 1" },
        { "DELETE FROM remark" },
        { "UPDATE record_digest SET digest = 'another'" },
        { "UPDATE record_digest SET signature = ''" },
        { "DELETE FROM record_digest" },
    };

    [Theory]
    [MemberData(nameof(Alterations))]
    public async Task An_altered_record_is_found_by_the_audit_and_after_a_restart_and_no_figure_is_shown(string sql)
    {
        await using var bench = await FilledAsync("");
        Assert.Equal("", (await bench.Client.AuditRecordsAsync(new())).Problem);
        await bench.ExecuteAsync(sql);
        Assert.Equal((StatusCode.DataLoss, "RECORD_ALTERED"), await RefusedAsync(bench.Client.AuditRecordsAsync(new())));
        await NothingIsShownAsync(bench);

        await using var restarted = await bench.RestartAsync();
        await NothingIsShownAsync(restarted);
    }

    [Fact]
    public async Task The_text_of_a_statement_is_the_one_that_was_signed()
    {
        await using var bench = await FilledAsync("");
        await bench.ExecuteAsync("UPDATE received_event SET body = '{}' WHERE source = 'network'");
        Assert.Contains("network 2012-04", (await bench.Client.AuditRecordsAsync(new())).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_PostgreSQL_an_altered_fact_is_found_and_nothing_is_stored_upon_a_row_that_was_put_there()
    {
        await using (var bench = await FilledAsync(postgres.ConnectionString))
        {
            Assert.Equal("", (await bench.Client.AuditRecordsAsync(new())).Problem);
            await bench.ExecuteAsync(Inserted);
            var refusal = await Assert.ThrowsAsync<Refusal>(() => bench.AcceptAsync(new Events("cloud", "life-2").CloseFull("2012-05")));
            Assert.Equal("RECORD_ALTERED", refusal.Reason.Name);
            await bench.ExecuteAsync("DELETE FROM received_event WHERE event_id = 'forged'; UPDATE knowledge SET last = last - 1");
            Assert.Equal("", (await bench.Client.AuditRecordsAsync(new())).Problem);
            Assert.True(await bench.AcceptAsync(new Events("cloud", "life-2").CloseFull("2012-05")));

            await bench.ExecuteAsync("UPDATE fact SET unscaled = unscaled + 1 WHERE measure = 'network.cost'");
            Assert.Equal((StatusCode.DataLoss, "RECORD_ALTERED"), await RefusedAsync(bench.Client.AuditRecordsAsync(new())));
            // The audit that finds them right again ends it.
            await bench.ExecuteAsync("UPDATE fact SET unscaled = unscaled - 1 WHERE measure = 'network.cost'");
            Assert.Equal("", (await bench.Client.AuditRecordsAsync(new())).Problem);
            Assert.Equal("5", await bench.FigureAsync("network.cost", Month));
        }
    }

    [Fact]
    public async Task Records_of_before_are_bound_at_the_first_start_and_only_those()
    {
        await using var bench = await FilledAsync("");
        await bench.ExecuteAsync("DELETE FROM record_digest; UPDATE record_begin SET last_before = (SELECT last FROM knowledge)");
        await using var first = await bench.RestartAsync();
        Assert.Equal("", (await first.Client.AuditRecordsAsync(new())).Problem);

        await first.ExecuteAsync("DELETE FROM record_digest; UPDATE record_begin SET last_before = last_before - 1");
        await using var second = await first.RestartAsync();
        await NothingIsShownAsync(second);
    }

    // Facts, a decision, an edition, the lines and a remark.
    private static async Task<Bench> FilledAsync(string connection)
    {
        var bench = await Bench.StartAsync(connection);
        await bench.AcceptAsync(Events.CloseAll(Month, "network").Append(new Events("network").CloseFull(Month, ("network.cost", 5))));
        await bench.SignOffAsync(Month);
        await bench.Remarks.AddRemarkAsync(new() { RequestId = $"{Guid.NewGuid()}", Text = "a question", Line = "sga" }, Bench.Actor);
        return bench;
    }

    private static async Task NothingIsShownAsync(Bench bench)
    {
        Assert.Equal((StatusCode.DataLoss, "RECORD_ALTERED"), await RefusedAsync(bench.Client.GetViewAsync(new() { Period = Month })));
        Assert.Equal((StatusCode.DataLoss, "RECORD_ALTERED"), await RefusedAsync(bench.Client.SignOffPeriodAsync(
            new() { RequestId = $"{Guid.NewGuid()}", Period = "2012-05" }, Bench.Actor)));
        using var stream = bench.Watching.Watch(new WatchRequest { View = new WatchedView { Period = Month } });
        Assert.Equal("RECORD_ALTERED", (await Bench.RefusedAsync(stream.ResponseStream.MoveNext(CancellationToken.None))).Reason);
    }

    private static async Task<(StatusCode, string)> RefusedAsync<T>(AsyncUnaryCall<T> call)
    {
        var (code, reason, _, _) = await Bench.RefusedAsync(call.ResponseAsync);
        return (code, reason);
    }
}

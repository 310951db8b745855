using Grpc.Core;
using Iij.Client;
using Iij.Reporting.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>Two replicas of reporting on one database sign the same period off at once: one edition, and every other call is refused or repeated.</summary>
public sealed class SignOffReplicaTests : IAsyncLifetime
{
    private const int Rounds = 4;
    private const int CallersOfEach = 3;
    private static readonly string[] _refusals = ["SIGN_OFF_RUNNING", "EDITION_NOT_PREPARED", "EDITION_OUTDATED", "EDITION_UNCHANGED"];
    private string _connection = "";
    private FakeSources _sources = null!;
    private Bench[] _replicas = [];

    public async Task InitializeAsync()
    {
        _connection = await PostgresServer.Shared.CreateDatabaseAsync("replicas");
        _sources = await FakeSources.StartAsync();
        _replicas = [await Bench.StartAsync(_connection, _sources.Addresses), await Bench.StartAsync(_connection, _sources.Addresses)];
        foreach (var month in new[] { "2012-04", "2012-05", "2012-06" })
            _sources.CloseAll(month, ("atm.cost", 5));
    }

    public async Task DisposeAsync()
    {
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
        await _sources.DisposeAsync();
        await PostgresServer.Shared.DropDatabaseAsync(_connection);
    }

    [Fact]
    public async Task Approvals_at_both_replicas_publish_one_edition()
    {
        for (var round = 1; round <= Rounds; round++)
        {
            await _replicas[0].Client.FillGapsAsync(new());
            var kind = round == 1 ? RestatementKind.Unspecified : RestatementKind.Error;
            await _replicas[round % 2].Client.SignOffPeriodAsync(
                new() { RequestId = $"prepare {round}", Period = "FY2012-Q1", Kind = kind, Reason = "found later" }, Bench.Actor);
            var outcomes = await Task.WhenAll(_replicas.SelectMany((replica, at) => Enumerable.Range(0, CallersOfEach)
                .Select(caller => OutcomeAsync(replica, $"approve {round} {at} {caller}", round))));
            Assert.Equal("published", Assert.Single(outcomes, outcome => outcome == "published"));
            Assert.All(outcomes, outcome => Assert.Contains(outcome, _refusals.Append("published")));
            // Both answer alike, and the months are locked once more at every source.
            foreach (var replica in _replicas)
            {
                Assert.Equal(Enumerable.Repeat(EditionState.Published, round), (await replica.EditionsAsync("FY2012-Q1")).Select(edition => edition.State));
                Assert.Equal($"{(5 * round) + 10}", await replica.FigureAsync("atm.cost", "FY2012-Q1"));
            }

            Assert.All(_sources.All, peer => Assert.Equal(3, peer.Locks.Count));
            await _replicas[round % 2].Client.UnlockMonthsAsync(
                new() { RequestId = $"unlock {round}", Period = "FY2012-Q1", Reason = "a correction" }, Bench.Actor);
            _sources.Restate("atm", "2012-06", ("atm.cost", 5 * (round + 1)));
        }
    }

    [Fact]
    public async Task Preparations_at_both_replicas_leave_one_that_waits()
    {
        await _replicas[0].Client.FillGapsAsync(new());
        await Task.WhenAll(_replicas.SelectMany((replica, at) => Enumerable.Range(0, CallersOfEach).Select(caller =>
            replica.Client.SignOffPeriodAsync(new() { RequestId = $"prepare {at} {caller}", Period = "FY2012-Q1" }, Bench.Actor).ResponseAsync)));
        foreach (var replica in _replicas)
        {
            var states = (await replica.EditionsAsync("FY2012-Q1")).Select(edition => edition.State).ToList();
            Assert.Equal(2 * CallersOfEach, states.Count);
            Assert.Equal(EditionState.Prepared, states[^1]);
            Assert.All(states.SkipLast(1), state => Assert.Equal(EditionState.Returned, state));
        }
    }

    private static async Task<string> OutcomeAsync(Bench replica, string request, int number)
    {
        try
        {
            var digest = (await replica.EditionsAsync("FY2012-Q1")).Last().Digest;
            await replica.Client.ApproveEditionAsync(
                new() { RequestId = request, Period = "FY2012-Q1", Number = number, Digest = digest }, Bench.Approver);
            return "published";
        }
        catch (RpcException error)
        {
            return RpcErrors.InfoOf(error)?.Reason ?? error.Message;
        }
    }
}

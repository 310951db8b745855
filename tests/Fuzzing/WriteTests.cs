using Google.Protobuf;
using Grpc.Core;
using Iij.Access.V1;
using Iij.AtmOperations.V1;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Tests.Model;

namespace Iij.Tests.Fuzzing;

/// <summary>Who acts, and what happens when a write is sent again.</summary>
public sealed class WriteTests(World world) : IClassFixture<World>
{
    /// <summary>Nothing waits for them in this world; what they answer is a refusal, twice the same.</summary>
    private static readonly string[] _refused =
    [
        "ApproveEdition", "WithdrawEdition", "RejectRevision", "ApproveLines", "ReturnLines", "AcceptRevision", "LockForEdition",
        "AcceptIncarnation", "BeginIncarnation", "RedriveDeadLetter", "DiscardDeadLetter",
    ];

    [Fact]
    public async Task A_call_of_nobody_is_unauthenticated_but_where_a_guest_reads()
    {
        var wrong = new List<string>();
        foreach (var rpc in world.Rpcs)
        {
            var before = world.Version();
            foreach (var actor in rpc.IsWrite ? [null, "", " ", new string('x', 101), "a\u0001b", "a\tb"] : new string?[] { null })
            {
                var answer = await rpc.SendAsync(Samples.Of(rpc), actor);
                var right = IsForGuests(rpc)
                    ? answer.Status.StatusCode != StatusCode.Unauthenticated
                    : answer.Status.StatusCode == StatusCode.Unauthenticated && answer.Info?.Reason == "ACCESS_TOKEN_MISSING"
                        && !Judge.Faults(answer).Any();
                if (!right)
                    wrong.Add($"{rpc} by \"{actor}\": {answer}");
            }

            if (rpc.IsWrite)
                Assert.Equal(before, world.Version());
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_write_sent_again_gets_the_identical_answer_and_changes_nothing()
    {
        var wrong = new List<string>();
        // The seeded month states only some measures: a model of one line makes it complete, so that it can be signed off.
        await Tests.Model.TwoSteps.DefineLinesAsync(
            new(world.Services.Channels["reporting"]), [new() { Name = "test.line", Definition = "+network.cost" }]);
        foreach (var rpc in world.Rpcs.Where(rpc => rpc.IsWrite && rpc.Method.Name != "RecordWithdrawals"))
        {
            var request = rpc.Method.Name == "ClosePeriod" ? await PreparedAsync(rpc) : Samples.Of(rpc);
            await world.SettleAsync();
            var first = await rpc.SendAsync(request);
            await world.SettleAsync();
            var before = world.Version();
            var second = await rpc.SendAsync(request);
            if (first.IsOk == _refused.Contains(rpc.Method.Name) || first.Text != second.Text)
                wrong.Add($"{rpc}: {first}, then {second}");
            Assert.Equal(before, world.Version());
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static bool IsForGuests(Rpc rpc) => !rpc.IsOwn
        || rpc.Method.GetOptions().GetExtension(AccessExtensions.Access).Roles.Any(role => role is Role.Reader or Role.Viewer or Role.PublishedViewer);

    // Prepares the month; gives the close that waives what it does not state.
    private async Task<IMessage> PreparedAsync(Rpc close)
    {
        var prepare = world.Find(close.Process, "PreparePeriod");
        var prepared = PreparePeriodResponse.Parser.ParseFrom((await prepare.SendAsync(Samples.Of(prepare), "preparer")).Body);
        var request = (ClosePeriodRequest)Samples.Of(close);
        return Waiving.Close(request.RequestId, request.Month, prepared.Findings);
    }

    [Fact]
    public async Task A_stream_refuses_each_bad_withdrawal_on_its_own()
    {
        var rpc = world.Find("atm", "RecordWithdrawals");
        static byte[] Message(string id, string atm = "ATM-3", string at = "2012-05-20T10:00:00+09:00") => new RecordWithdrawalsRequest
        {
            Withdrawal = new() { RequestId = id, AtmId = atm, WithdrawnAt = at, CommissionJpy = 100 },
        }.ToByteArray();
        var messages = new[]
        {
            Message("stream-1"), Message(""), Message("stream-2", at: "9999-12-31T23:59:59-18:00"), [], Message(new string('y', 300_000)),
            Message("stream-3", atm: "nowhere"), Message("stream-4"),
        };
        var answer = RecordWithdrawalsResponse.Parser.ParseFrom(
            await rpc.StreamAsync(rpc.Channel.CreateCallInvoker(), Rpc.Options(Rpc.Actor), messages));
        Assert.Equal((2, 5), (answer.Recorded, answer.RefusedCount));
        string[] reasons = ["FIELD_INVALID", "FIELD_INVALID", "FIELD_INVALID", "FIELD_INVALID", "ATM_UNKNOWN"];
        Assert.Equal(reasons, answer.Refused.Select(one => one.Reason));
        Assert.True(answer.CalculateSize() < 5_000);
    }

    [Fact]
    public async Task Bytes_in_a_stream_that_are_no_message_end_it_with_a_reason()
    {
        var rpc = world.Find("atm", "RecordWithdrawals");
        var good = new RecordWithdrawalsRequest
        {
            Withdrawal = new() { RequestId = "cut-1", AtmId = "ATM-3", WithdrawnAt = "2012-05-21T10:00:00+09:00", CommissionJpy = 100 },
        }.ToByteArray();
        var error = await Assert.ThrowsAsync<RpcException>(
            () => rpc.StreamAsync(rpc.Channel.CreateCallInvoker(), Rpc.Options(Rpc.Actor), [good, good[..^1], good]));
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal("MESSAGE_UNREADABLE", RpcErrors.InfoOf(error)?.Reason);
        var again = RecordWithdrawalsResponse.Parser.ParseFrom(
            await rpc.StreamAsync(rpc.Channel.CreateCallInvoker(), Rpc.Options(Rpc.Actor), [good]));
        Assert.Equal((1, 0), (again.Recorded, again.RefusedCount));
    }
}

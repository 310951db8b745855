using Google.Protobuf;
using Grpc.Core;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;

namespace Iij.Tests.Closing;

/// <summary>A request under an id happens once, however often and from however many it arrives.</summary>
public abstract partial class SourceLaws
{
    private const int Repeats = 10;

    [Fact]
    public Task A_repeated_entry_gets_its_first_answer_and_has_one_effect() => HoldsAsync(async (node, _, random, steps) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March));
        foreach (var draft in Business.EachKind(March))
        {
            var request = Wire.WithId(draft.Request, Node.NewId());
            steps.Add($"{request}");
            var first = await SameAsync(node, request, "recorder");
            books.Add(draft, first.Receipt);
            await ReusedAsync(node, request, "somebody-else");
            await ReusedAsync(node, Other(request), "recorder");
            await ReusedAsync(node, new PreparePeriodRequest { RequestId = Id(request), Month = March.ToProto() }, "recorder");
            Assert.Equal(first.Response, (await node.AskAsync(request)).Response);
        }

        await ReverseOnceAsync(node, books, random);
        await CompareEntriesAsync(node, books);
        await node.CloseAsync(March);
        await CompareAsync(node, books, [March]);
    });

    [Fact]
    public Task A_repeated_transition_gets_its_first_answer_and_has_one_event() => HoldsAsync(async (node, _, random, _) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        var (month, waivers) = (March.ToProto(), Waiving.Of(Business.NotStated(books, March)).ToList());
        (IMessage Request, string Actor)[] transitions =
        [
            (new PreparePeriodRequest { Month = month }, "akira"), (new ReturnPeriodRequest { Month = month, Reason = "not yet" }, "beni"),
            (new PreparePeriodRequest { Month = month }, "akira"), (new ClosePeriodRequest { Month = month, Waivers = { waivers } }, "beni"),
            (new LockPeriodRequest { Month = month }, "beni"), (new UnlockPeriodRequest { Month = month, Reason = "an error" }, "chie"),
            (new ReopenPeriodRequest { Month = month, Reason = "an error" }, "chie"), (new PreparePeriodRequest { Month = month }, "beni"),
            (new ClosePeriodRequest { Month = month, Waivers = { waivers } }, "akira"),
        ];
        var answered = new List<(IMessage Request, string Actor, IMessage Response)>();
        foreach (var (draft, actor) in transitions)
        {
            var request = Wire.WithId(draft, Node.NewId());
            answered.Add((request, actor, (await SameAsync(node, request, actor)).Response!));
            await ReusedAsync(node, request, "somebody-else");
            await ReusedAsync(node, Wire.With(request, "month", March.PlusMonths(1).ToProto()), actor);
        }

        Assert.Equal(transitions.Length, (await node.EventsAsync()).Count);
        foreach (var (request, actor, response) in answered)
            Assert.Equal(response, (await node.AskAsync(request, actor)).Response);
        Assert.Equal(transitions.Length, (await node.EventsAsync()).Count);
    });

    [Fact]
    public Task A_refused_request_id_can_be_used_again() => HoldsAsync(async (node, _, random, _) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March));
        foreach (var (wrong, reason) in Business.Wrong(March.FirstDay()))
        {
            var draft = Business.Sure(random, March.FirstDay());
            var id = Node.NewId();
            var refused = await node.AskAsync(Wire.WithId(wrong, id));
            Assert.Equal(reason, refused.Reason);
            books.Add(draft, (await node.AskAsync(Wire.WithId(draft.Request, id))).Receipt);
        }

        // The very same request: refused while its month is prepared, taken when it is returned.
        var late = Business.Sure(random, March.LastDay());
        var (request, prepare) = (Wire.WithId(late.Request, Node.NewId()), new PreparePeriodRequest { RequestId = Node.NewId() });
        prepare.Month = March.PlusMonths(1).ToProto();
        await RefusedAsync("PERIOD_ORDER", node.AskAsync(prepare, "preparer"));
        await node.PrepareAsync(March);
        await RefusedAsync("PERIOD_CLOSED", node.AskAsync(request));
        await node.AskAsync<ReturnPeriodResponse>(
            new ReturnPeriodRequest { RequestId = Node.NewId(), Month = March.ToProto(), Reason = "one is missing" });
        books.Add(late, (await node.AskAsync(request)).Receipt);
        await node.CloseAsync(March);
        await node.AskAsync<PreparePeriodResponse>(prepare, "preparer");
        await CompareEntriesAsync(node, books);
        await CompareAsync(node, books, [March]);
    });

    [Fact]
    public Task A_write_needs_an_actor_and_an_id() => HoldsAsync(async (node, _, _, _) =>
    {
        foreach (var draft in Business.EachKind(March))
        {
            Assert.Equal("FIELD_INVALID", (await node.AskAsync(draft.Request)).Reason);
            Assert.Equal("FIELD_INVALID", (await node.AskAsync(Wire.WithId(draft.Request, new string('x', 101)))).Reason);
            var nobody = await node.AskAsync(Wire.WithId(draft.Request, Node.NewId()), null);
            Assert.Equal(("ACTOR_MISSING", StatusCode.Unauthenticated), (nobody.Reason, nobody.Code));
        }

        Assert.Equal(0, (await node.AuditAsync()).EntriesRead);
    });

    private static async Task ReverseOnceAsync(Node node, Books books, Random random)
    {
        var entry = await node.RecordAsync(books, node.Business.Sure(random, March.LastDay()));
        var request = new ReverseEntryRequest { RequestId = Node.NewId(), EntryNumber = entry.Number, Reason = "wrong" };
        books.Reverse(entry, entry.Date, (await SameAsync(node, request, "recorder")).Receipt);
        await ReusedAsync(node, Wire.With(request, "reason", "another"), "recorder");
        await RefusedAsync("ENTRY_REVERSED", node.AskAsync(Wire.WithId(request, Node.NewId())));
    }

    // At once and once more: one response for all.
    private static async Task<Answer> SameAsync(Node node, IMessage request, string actor)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Repeats).Select(_ => Task.Run(() => node.AskAsync(request, actor))));
        Assert.All(answers, answer => Assert.True(answer.IsOk, answer.ToString()));
        Assert.Single(answers.Select(answer => answer.Response!.ToByteString()).Distinct());
        Assert.Equal(answers[0].Response, (await node.AskAsync(request, actor)).Response);
        return answers[0];
    }

    private static async Task ReusedAsync(Node node, IMessage request, string actor)
    {
        var answer = await node.AskAsync(request, actor);
        Assert.Equal(("REQUEST_ID_REUSED", StatusCode.AlreadyExists), (answer.Reason, answer.Code));
        Assert.Equal(Id(request), answer.Info!.Metadata["request_id"]);
    }

    private static string Id(IMessage request) => (string)request.Descriptor.FindFieldByName("request_id").Accessor.GetValue(request);

    // Valid as it is, and in one point another: a month or a day later.
    private static IMessage Other(IMessage request)
    {
        var field = request.Descriptor.Fields.InDeclarationOrder().First(each =>
            each.Name is "month" or "date" or "withdrawn_at" || each.Name.EndsWith("_on", StringComparison.Ordinal));
        return Wire.With(request, field.Name, field.Accessor.GetValue(request) switch
        {
            Iij.Period.V1.Month month => month.ToYearMonth()!.Value.PlusMonths(1).ToProto(),
            Iij.Period.V1.Date date => date.ToLocalDate()!.Value.PlusDays(1).ToProto(),
            _ => "2012-03-30T12:00:00+09:00",
        });
    }
}

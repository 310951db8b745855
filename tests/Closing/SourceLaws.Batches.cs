using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;

namespace Iij.Tests.Closing;

/// <summary>What is recorded in batches is what is recorded one by one: answers, refusals and every row.</summary>
public abstract partial class SourceLaws
{
    private const int RequestsOfBatches = 400;
    private const int BatchAtMost = 40;

    [Fact]
    public Task Batches_of_every_size_record_what_one_by_one_records() => Seeds.ManyAsync(0, async (random, steps) =>
    {
        await using var oneByOne = await CreateDatabaseAsync();
        await using var batched = await CreateDatabaseAsync();
        await using var first = await Node.StartAsync(Business, oneByOne);
        await using var second = await Node.StartAsync(Business, batched);
        var (requests, expected) = await RecordOneByOneAsync(first, random, steps);
        Assert.True(expected.Count(answer => answer.IsOk) > RequestsOfBatches / 4 && expected.Select(answer => answer.Reason).Distinct().Count() > 4,
            $"the history says little: {string.Join(", ", expected.CountBy(answer => answer.Reason))}");

        for (var at = 0; at < requests.Count;)
        {
            var size = 1 + random.Next(BatchAtMost);
            var answers = await second.Handlers.AskAsync(requests.Skip(at).Take(size));
            steps.Add($"a batch of {answers.Length} from {at} on");
            for (var i = 0; i < answers.Length; i++)
                Assert.True(Told(expected[at + i]) == Told(answers[i]), $"{at + i} {requests[at + i]}: {expected[at + i]}, in a batch {answers[i]}");
            at += answers.Length;
        }

        Assert.Equal(await oneByOne.RecordedAsync(), await batched.RecordedAsync());
        Assert.Empty((await second.AuditAsync()).Findings);
    });

    private async Task<(List<IMessage> Requests, List<Answer> Answers)> RecordOneByOneAsync(Node node, Random random, ICollection<string> steps)
    {
        var (books, requests, answers) = (new Books(), new List<IMessage>(), new List<Answer>());
        foreach (var draft in Business.Ground(March))
            await AskAsync(Wire.WithId(draft.Request, Node.NewId()), draft);
        while (requests.Count < RequestsOfBatches)
        {
            var draft = Business.Any(random, books, March.PlusMonths(random.Next(2)));
            await (random.Next(100) switch
            {
                < 55 => AskAsync(Wire.WithId(draft.Request, Node.NewId()), draft),
                < 75 => AskAsync(TakeBack(random, books, answers)),
                < 90 => AskAsync(CreditOfAny(random, books, answers)),
                _ => AskAsync(random.Chance(50) ? random.One(requests) : Wire.WithId(draft.Request, RequestId(random.One(requests)))),
            });
        }

        return (requests, answers);

        async Task AskAsync(IMessage request, Draft? draft = null)
        {
            var answer = (await node.Handlers.AskAsync([request]))[0];
            requests.Add(request);
            answers.Add(answer);
            steps.Add($"{request} -> {answer}");
            if (answer.IsOk && draft is not null)
                books.Add(draft, answer.Receipt);
        }
    }

    // One of the last entries mostly, which may be in the same batch; now and then one that is not there yet.
    private static long AnyNumber(Random random, List<Answer> answers) => answers.Where(answer => answer.IsOk).Max(answer => answer.Receipt.EntryNumber)
        is var last && random.Chance(80) ? Math.Max(1, last - random.Next(15)) : 1 + random.NextInt64(last + 3);

    private static ReverseEntryRequest TakeBack(Random random, Books books, List<Answer> answers)
    {
        var number = AnyNumber(random, answers);
        var date = books.Entries.FirstOrDefault(entry => entry.Number == number)?.Date.PlusDays(random.Next(20));
        return new() { RequestId = Node.NewId(), EntryNumber = number, Reason = "wrong", ReversedOn = random.Chance(70) ? null : date?.ToProto() };
    }

    private CreditEntryRequest CreditOfAny(Random random, Books books, List<Answer> answers)
    {
        var number = AnyNumber(random, answers);
        var lines = books.Entries.FirstOrDefault(entry => entry.Number == number) is { } entry ? Business.Creditable(entry.Draft) : [];
        return new()
        {
            RequestId = Node.NewId(), EntryNumber = number, AmountJpy = 1 + random.NextInt64(lines.Count == 0 ? 1 : Math.Abs(lines[0].Amount) + 1),
            Measure = lines.Count > 1 ? lines[0].Measure : "", Reason = "a lower price",
        };
    }

    private static string RequestId(IMessage request) => (string)request.Descriptor.FindFieldByName("request_id").Accessor.GetValue(request);

    private static string Told(Answer answer) => answer.IsOk
        ? $"{answer.Receipt.EntryNumber} {answer.Receipt.PostedMonth}"
        : $"{answer.Code} {answer.Reason} {answer.Detail}";
}

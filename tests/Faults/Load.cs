using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Faults;

/// <summary>
/// What people and machines do to the source meanwhile: entries one by one and many at once, reversals, closes, reopened months. A
/// call whose outcome is unknown is sent again under its request id until it is answered; what was acknowledged becomes the truth.
/// </summary>
internal sealed class Load(World world, Random random)
{
    /// <summary>The first month of the books.</summary>
    public static readonly YearMonth First = new(2012, 4);

    private const int AtOnce = 8;
    private const int ReopenedBackMax = 3;
    private static readonly TimeSpan _answeredMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _retryAfter = TimeSpan.FromMilliseconds(100);
    private static int _requests;

    private readonly List<YearMonth> _touched = [];
    private int _attempts, _answers;

    /// <summary>Whose answers are asked; another process of the same source may be.</summary>
    public Func<CallInvoker> Invoker { get; init; } = () => world.AtmInvoker;

    /// <summary>The months that changed since the load began.</summary>
    public IReadOnlyList<YearMonth> Touched => _touched;

    /// <summary>How often something was sent, and how much of it was new.</summary>
    public (int Attempts, int Answers) Sent => (_attempts, _answers);

    /// <summary>Answers that a service must not give, whatever fails around it.</summary>
    public IList<string> Wrong { get; } = [];

    private Truth Truth => world.Truth;

    /// <summary>Records a month and closes it; now and then reopens an earlier one and closes it again.</summary>
    public async Task MonthAsync(bool reopens = true)
    {
        var month = Truth.Months.Known.Count == 0 ? First : Truth.Months.NextOpen(First);
        if (Truth.Books.Entries.Count == 0)
        {
            foreach (var draft in Truth.Business.Ground(First))
                await RecordAsync(draft);
        }

        await RecordAsync(month);
        await CloseAsync(month);
        if (reopens && random.Chance(50))
            await ReopenAsync(month.PlusMonths(-random.Next(Math.Min(ReopenedBackMax, Truth.Months.Known.Count))));
    }

    /// <summary>Months one after another until told to stop.</summary>
    public async Task MonthsAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
            await MonthAsync();
    }

    /// <summary>Prepares and closes a month.</summary>
    public async Task CloseAsync(YearMonth month)
    {
        await TransitAsync(Transition.Prepared, month, "akira");
        await TransitAsync(Transition.Closed, month, "beni");
    }

    /// <summary>Opens a closed month again, records a late invoice or two, and closes it again.</summary>
    public async Task ReopenAsync(YearMonth month)
    {
        await TransitAsync(Transition.Reopened, month, "akira");
        await Task.WhenAll(Sure(month, 3).Select(RecordAsync));
        await CloseAsync(month);
    }

    /// <summary>Entries of a month: most at once, some after one another, a reversal.</summary>
    public async Task RecordAsync(YearMonth month)
    {
        await Task.WhenAll(Sure(month, AtOnce).Select(RecordAsync));
        for (var i = 0; i < 3; i++)
            await RecordAsync(Truth.Business.Any(random, Truth.Books, month));
        var standing = Truth.Books.Entries.Where(entry => entry.Month == month && entry.Stands).ToList();
        if (standing.Count > 0)
            await ReverseAsync(random.One(standing));
    }

    /// <summary>Sends a draft until it is answered; a rule may refuse it.</summary>
    public async Task RecordAsync(Draft draft)
    {
        var answer = await AnswerAsync(Wire.WithId(draft.Request, NewId()), "recorder");
        if (!answer.IsOk)
            return;
        lock (Truth)
            Touch(Truth.Record(draft, answer.Receipt));
    }

    /// <summary>Sends a transition that the month takes until it is answered.</summary>
    public async Task TransitAsync(Transition transition, YearMonth month, string actor)
    {
        IMessage request = transition switch
        {
            Transition.Prepared => new PreparePeriodRequest { RequestId = NewId(), Month = month.ToProto() },
            Transition.Closed => Waiving.Close(NewId(), month.ToProto(), await FindingsAsync(month)),
            _ => new ReopenPeriodRequest { RequestId = NewId(), Month = month.ToProto(), Reason = "a late invoice" },
        };
        var answer = await AnswerAsync(request, actor);
        if (!answer.IsOk)
            throw new InvalidOperationException($"{transition} of {month.ToIso()} was refused: {answer}");
        lock (Truth)
        {
            var before = Truth.Events.Count;
            Truth.Transit(transition, month, actor);
            foreach (var each in Truth.Events.Skip(before))
                Touch(each.Month);
        }
    }

    private async Task<IEnumerable<Finding>> FindingsAsync(YearMonth month) =>
        ((GetTrialStatementResponse)(await AnswerAsync(new GetTrialStatementRequest { Month = month.ToProto() }, "beni")).Response!).Findings;

    /// <summary>Sends a request until it is answered, whatever the answer.</summary>
    public async Task<Answer> AnswerAsync(IMessage request, string actor)
    {
        var watch = Stopwatch.StartNew();
        Interlocked.Increment(ref _answers);
        while (true)
        {
            Interlocked.Increment(ref _attempts);
            var answer = await Wire.CallAsync(Invoker(), request, actor);
            if (answer.Code == StatusCode.Internal && answer.Info is not null)
                Wrong.Add($"{request.Descriptor.Name}: {answer}");
            if (!IsUnknown(answer))
                return answer;
            if (watch.Elapsed > _answeredMax)
                throw new TimeoutException($"{request.Descriptor.Name} has no answer after {_answeredMax}, last {answer}\n{world.Output}");
            await Task.Delay(_retryAfter);
        }
    }

    /// <summary>An id that no other request of this process has.</summary>
    public static string NewId() => $"f{Interlocked.Increment(ref _requests):D8}";

    private static bool IsUnknown(Answer answer) => !answer.IsOk
        && (answer.Info is null || answer.Code is StatusCode.Internal || answer.Reason is "STORAGE_UNAVAILABLE" or "NOT_READY");

    private async Task ReverseAsync(Recorded entry)
    {
        var request = new ReverseEntryRequest { RequestId = NewId(), EntryNumber = entry.Number, Reason = "recorded twice by hand" };
        var answer = await AnswerAsync(request, "recorder");
        if (!answer.IsOk)
            return;
        lock (Truth)
            Touch(Truth.Reverse(entry.Number, entry.Date, answer.Receipt));
    }

    private List<Draft> Sure(YearMonth month, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Truth.Business.Sure(random, month.OnDayOfMonth(random.Next(28) + 1)))];

    private void Touch(YearMonth month)
    {
        if (!_touched.Contains(month))
            _touched.Add(month);
    }
}

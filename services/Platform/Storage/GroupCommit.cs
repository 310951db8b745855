using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Iij.Platform;

/// <summary>
/// The batching writer: everything that waits goes into one write transaction, and each caller is answered after the commit.
/// A transaction costs one disk flush whatever it holds, so throughput grows with the number of callers while a lone caller
/// waits for no timer.
/// </summary>
/// <typeparam name="TWork">What a caller asks for.</typeparam>
/// <typeparam name="TResult">What a caller is answered.</typeparam>
/// <param name="database">Where the batches are written.</param>
/// <param name="apply">
/// Applies a batch in a transaction and gives one outcome for each, in order. A refusal of one is an outcome; an exception fails
/// the transaction, and then each work is tried alone, so that one that cannot be written does not hold up its neighbours; unless
/// the database is away, which each caller is told at once.
/// </param>
/// <param name="log">Where a failing batch is reported.</param>
public sealed partial class GroupCommit<TWork, TResult>(
    Database database,
    Func<Transaction, IReadOnlyList<TWork>, Task<IReadOnlyList<Outcome<TResult>>>> apply,
    ILogger log) : IAsyncDisposable
{
    private const int BatchMax = 1_024;
    private const int WaitingMax = 8_192; // beyond this many, callers wait: the queue is bounded
    private const int AttemptsMax = 5;

    private readonly Channel<Waiter> _waiting = Channel.CreateBounded<Waiter>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
    private readonly Lock _starting = new();
    private Task? _loop;

    /// <summary>Writes one work with whatever else waits. Throws the refusal where it is refused; returns after the commit.</summary>
    public async Task<TResult> WriteAsync(TWork work, CancellationToken cancel = default)
    {
        database.RequireOutside();
        Start();
        var waiter = new Waiter(work);
        await _waiting.Writer.WriteAsync(waiter, cancel);
        // Not cancelled from here on: the work may be in a transaction already, and its outcome is the truth.
        var outcome = await waiter.Done.Task;
        return outcome.Refused is null ? outcome.Result! : throw outcome.Refused;
    }

    /// <summary>Accepts no more work and waits for the accepted work.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        if (_loop is not null)
            await _loop;
    }

    private void Start()
    {
        lock (_starting)
            _loop ??= Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        Activity.Current = null; // it goes on for all who come, not for the first of them
        var batch = new List<Waiter>(BatchMax);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < BatchMax && _waiting.Reader.TryRead(out var waiter))
                batch.Add(waiter);
            await CommitAsync(batch);
        }
    }

    private async Task CommitAsync(IReadOnlyList<Waiter> batch)
    {
        using var span = Telemetry.Continue("batch", batch.Select(waiter => waiter.TraceParent));
        try
        {
            var outcomes = await TryAsync(batch);
            for (var i = 0; i < batch.Count; i++)
                batch[i].Done.TrySetResult(outcomes[i]);
        }
        catch (Exception error) when (batch.Count == 1 || database.Engine.IsUnavailable(error))
        {
            // A database that is away is so for all of them: none waits until it was tried alone for those before it.
            foreach (var waiter in batch)
                waiter.Done.TrySetException(error);
        }
        catch (Exception error)
        {
            BatchFailed(error, batch.Count);
            foreach (var waiter in batch)
                await CommitAsync([waiter]);
        }
    }

    private async Task<IReadOnlyList<Outcome<TResult>>> TryAsync(IReadOnlyList<Waiter> batch)
    {
        var works = batch.Select(waiter => waiter.Work).ToList();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await database.WriteAsync(transaction => apply(transaction, works));
            }
            catch (Exception error) when (attempt < AttemptsMax && database.Engine.IsTransient(error))
            {
                BatchTriedAgain(batch.Count, error.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(20 * attempt));
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "a batch of {Count} failed; each is tried alone")]
    private partial void BatchFailed(Exception error, int count);

    [LoggerMessage(LogLevel.Information, "a batch of {Count} is tried again after {Error}")]
    private partial void BatchTriedAgain(int count, string error);

    private sealed record Waiter(TWork Work)
    {
        public string? TraceParent { get; } = Telemetry.TraceParent;

        public TaskCompletionSource<Outcome<TResult>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>The outcome of one work of a batch: a result, or the refusal for its caller.</summary>
public sealed record Outcome<TResult>(TResult? Result, Refusal? Refused);

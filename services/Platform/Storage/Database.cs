using Dapper;

namespace Iij.Platform;

/// <summary>
/// One database of one service. Reads see one moment; writes come one after another (the engine's write lock), so that a rule
/// checked in a write transaction holds until it commits, with one process or with several. Writers of a process wait for their turn
/// without a connection, and work within a transaction uses only that transaction, so that no writer waits for a connection that a waiter has.
/// </summary>
public sealed class Database(IEngine engine, TimeProvider? clock = null) : IAsyncDisposable
{
    private static readonly TimeSpan _endingMax = TimeSpan.FromSeconds(2); // a part of the time that a process has to end
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly AsyncLocal<bool> _isInside = new();
    private long _writeBegan; // a timestamp of the clock; 0 while no write runs
    private volatile WriteFailure? _lastFailure;
    private bool _isEnded;

    // A row's property ReceivedAt is filled by the column received_at: no statement spells an alias.
    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    /// <summary>The differences between SQLite and PostgreSQL.</summary>
    public IEngine Engine { get; } = engine;

    /// <summary>What every write transaction does before it commits, once the schema is there; it may throw, and nothing is committed then.</summary>
    public Func<Transaction, Task>? BeforeCommit { get; set; }

    /// <summary>What is told of every write transaction that was committed, before its caller is answered. It is short and does not throw.</summary>
    public Action<Transaction>? AfterCommit { get; set; }

    /// <summary>How long the write that runs now has taken, its wait for the write lock included; zero where none runs.</summary>
    public TimeSpan WriteTakes => Interlocked.Read(ref _writeBegan) is var began && began != 0 ? _clock.GetElapsedTime(began) : TimeSpan.Zero;

    /// <summary>What the database said to the last write, and how long ago, where it was unavailable; null where it was not.</summary>
    public (string Error, TimeSpan Age)? LastFailure => _lastFailure is { } failure ? (failure.Error, _clock.GetElapsedTime(failure.At)) : null;

    /// <summary>Runs a function that only reads, in one snapshot.</summary>
    public Task<T> ReadAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel = default) => RunAsync(Engine.BeginReadAsync, work, cancel);

    /// <summary>Runs a function in a write transaction; it commits when the function returns and rolls back when it throws.</summary>
    public async Task<T> WriteAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel = default)
    {
        var result = await TakeTurnAsync(work, cancel);
        _lastFailure = null;
        return result;
    }

    /// <summary>Runs a function that claims rows with <see cref="IEngine.SkipLocked"/>, beside the writer where the engine can.</summary>
    public Task<T> ClaimAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel = default) =>
        Engine.SkipLocked.Length == 0 ? TakeTurnAsync(work, cancel) : RunAsync(Engine.BeginClaimAsync, work, cancel);

    /// <summary>
    /// Throws where a transaction of this database is open in the caller: a second one takes a second connection, or a turn that the
    /// first one has, and the two may wait for each other.
    /// </summary>
    public void RequireOutside()
    {
        if (_isInside.Value)
            throw new InvalidOperationException("a transaction of this database is open here: work through that one");
    }

    /// <summary>Waits for the write that runs, 2 s at most: it would lose its connection in the middle of a statement.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isEnded, true))
            return;
        await _writer.WaitAsync(_endingMax);
        await Engine.DisposeAsync();
        _writer.Dispose();
    }

    private async Task<T> TakeTurnAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(work);
        RequireOutside();
        await _writer.WaitAsync(cancel);
        try
        {
            Interlocked.Exchange(ref _writeBegan, _clock.GetTimestamp());
            using var span = Telemetry.Begin("commit");
            Transaction? committed = null;
            var result = await RunAsync(Engine.BeginWriteAsync, transaction => CompleteAsync(work, committed = transaction), cancel);
            AfterCommit?.Invoke(committed!);
            return result;
        }
        catch (Exception error) when (Engine.IsUnavailable(error))
        {
            _lastFailure = new WriteFailure(error.Message, _clock.GetTimestamp());
            throw;
        }
        finally
        {
            Interlocked.Exchange(ref _writeBegan, 0);
            _writer.Release();
        }
    }

    private async Task<T> CompleteAsync<T>(Func<Transaction, Task<T>> work, Transaction transaction)
    {
        var result = await work(transaction);
        if (BeforeCommit is { } last)
            await last(transaction);
        return result;
    }

    private async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<Transaction>> begin, Func<Transaction, Task<T>> work, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(work);
        RequireOutside();
        try
        {
            await using var transaction = await begin(cancel);
            _isInside.Value = true; // until this method returns: what it sets is unseen by its caller
            var result = await work(transaction);
            await transaction.CommitAsync();
            return result;
        }
        catch (Exception error)
        {
            Engine.Forget(error);
            throw;
        }
    }

    private sealed record WriteFailure(string Error, long At);
}

using Grpc.Core;
using Iij.Client;
using Iij.Contracts;
using Iij.Reporting.V1;
using Spectre.Console.Rendering;

namespace Iij.Cli.Watching;

/// <summary>
/// One subscription while it lasts: comes back where it was cut off, as often as it takes; proves what it holds after every message,
/// and begins anew where that fails. A failure before the first message is the caller's.
/// </summary>
/// <param name="session">The command.</param>
/// <param name="subject">The subject, and the token to resume from.</param>
/// <param name="changesMax">After how many changes it ends; 0 for never.</param>
internal sealed class Watcher(Session session, WatchRequest subject, int changesMax)
{
    private static readonly TimeSpan _firstWait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _waitMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _silenceMax = TimeSpan.FromSeconds(30); // a bookmark comes every ten seconds
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);

    private readonly Subscription _held = new(subject.Token);
    private readonly StatusLine _status = new(!session.Output.Json);
    private readonly TimeProvider _clock = TimeProvider.System;
    private TimeSpan _wait = _firstWait;
    private DateTimeOffset _since; // connected, or not
    private DateTimeOffset _heardAt;
    private bool _connected;
    private bool _heard;
    private int _changes;

    /// <summary>Watches until enough has changed or the user ends it.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (!await TryFollowAsync())
            {
                await WithAgeAsync(Task.Delay(_wait, _clock, session.Stop));
                _wait = _wait * 2 < _waitMax ? _wait * 2 : _waitMax;
                session.ForgetAddresses(); // a restarted service may listen elsewhere
            }
        }
        catch (Exception error) when (session.Stop.IsCancellationRequested && error is RpcException or OperationCanceledException)
        {
            // Ctrl-C is how it is meant to end.
        }
        finally
        {
            _status.Clear();
        }
    }

    private async Task<bool> TryFollowAsync()
    {
        try
        {
            return await FollowAsync();
        }
        catch (Exception error) when (_heard && !session.Stop.IsCancellationRequested && Lost(error) is { } why)
        {
            if (_connected)
                Say($"the connection is lost ({why}); trying again");
            (_since, _connected) = (_connected ? _clock.GetUtcNow() : _since, false);
            if (error is RpcException refused && RpcErrors.InfoOf(refused)?.Reason == Reason.TokenInvalid.Name)
                BeginAnew("the service does not know the token it gave");
            return false;
        }
    }

    // True where enough has changed, false where it begins anew.
    private async Task<bool> FollowAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(session.Stop);
        limit.CancelAfter(_silenceMax);
        if (_held is { Token: "", HasBegun: true })
            BeginAnew("the connection was lost within the snapshot");
        var request = new WatchRequest(subject) { Token = _held.Token };
        using var call = (await session.WatchingAsync()).Watch(request, session.Reading.WithCancellationToken(limit.Token));
        while (await WithAgeAsync(call.ResponseStream.MoveNext(limit.Token)))
        {
            limit.CancelAfter(_silenceMax);
            if (!Take(call.ResponseStream.Current))
                return false;
            if (changesMax > 0 && _changes == changesMax)
                return true;
        }

        throw new RpcException(new Status(StatusCode.Unavailable, "the service ended the stream"));
    }

    private bool Take(WatchResponse message)
    {
        var differences = _held.Differences(message);
        if (!_held.Take(message))
        {
            BeginAnew("the state differs from the digest of the service");
            return false;
        }

        Hear(message);
        _status.Clear();
        session.Output.Answer(message, () => Show(message, differences));
        _changes += message.Kind == WatchKind.Change ? 1 : 0;
        ShowAge();
        return true;
    }

    private void Hear(WatchResponse message)
    {
        var resumed = message.Kind is WatchKind.Change or WatchKind.Bookmark;
        if (!_connected && _heard)
            Say($"reconnected after {Age(_since)}{(!resumed ? "" : _held.IsWhole ? ", nothing missed" : ", at the last token")}");
        else if (!_heard && resumed)
            Say("resumed at the token; what was held there is not known here, so changes show no old value and no digest is compared");
        if (message.Kind == WatchKind.Reset)
            Say($"starting again: {Why(message.ResetReason)}");
        var now = _clock.GetUtcNow();
        (_since, _heardAt, _connected, _heard) = (_connected ? _since : now, now, true, true);
        if (message.Token.Length > 0)
            _wait = _firstWait;
    }

    private IEnumerable<IRenderable> Show(WatchResponse message, IReadOnlyList<Difference> differences) => message.Kind switch
    {
        WatchKind.EndOfSnapshot => Overview.Of(subject.SubjectCase, _held),
        WatchKind.Change => [.. Differences.Lines(differences, _clock.GetLocalNow()), Shown.Line($"          knowledge {message.Knowledge}", Figures.Faint)],
        _ => [],
    };

    // A reader of the JSON keeps the state that this program discards: a RESET without a reason is this program's own.
    private void BeginAnew(string why)
    {
        Say($"starting again: {why}");
        if (session.Output.Json)
            session.Output.Answer(new WatchResponse { Kind = WatchKind.Reset }, () => []);
        _held.Forget();
    }

    private void Say(string text)
    {
        _status.Clear();
        session.Output.Note($"{_clock.GetLocalNow():HH:mm:ss} {text}");
    }

    private async Task<T> WithAgeAsync<T>(Task<T> task)
    {
        await WithAgeAsync((Task)task);
        return await task;
    }

    private async Task WithAgeAsync(Task task)
    {
        while (await Task.WhenAny(task, Task.Delay(_tick, _clock)) != task)
            ShowAge();
        await task;
    }

    private void ShowAge() => _status.Write((_connected, _heard) switch
    {
        (true, _) when _held.Token.Length > 0 => $"connected for {Age(_since)}, knowledge {_held.Knowledge}, heard {Age(_heardAt)} ago (Ctrl-C ends)",
        (true, _) => "receiving what is now",
        (false, true) => $"not connected for {Age(_since)}, knowledge {_held.Knowledge} (Ctrl-C ends)",
        _ => "connecting",
    });

    private string Age(DateTimeOffset since)
    {
        var age = _clock.GetUtcNow() - since;
        return age.TotalMinutes < 2 ? $"{age.TotalSeconds:F0} s" : age.TotalHours < 2 ? $"{age.TotalMinutes:F0} min" : $"{age.TotalHours:F0} h";
    }

    // Why the stream broke off where it is worth to come back; null of what will be the same the next time.
    private static string? Lost(Exception error) => error switch
    {
        RpcException { StatusCode: StatusCode.Cancelled } or OperationCanceledException => $"nothing was heard for {_silenceMax.TotalSeconds:F0} s",
        RpcException { StatusCode: StatusCode.ResourceExhausted } exhausted => exhausted.Status.Detail,
        RpcException refused when CallRetry.IsAway(refused) || RpcErrors.InfoOf(refused)?.Reason == Reason.TokenInvalid.Name => refused.Status.Detail,
        UsageException or UnreachableException => error.Message,
        _ => null,
    };

    private static string Why(ResetReason reason) => reason switch
    {
        ResetReason.Expired => "the token is too old",
        ResetReason.Overflow => "this program read too slowly",
        ResetReason.Epoch => "the token belongs to another database of the service",
        ResetReason.Filter => "the token belongs to another subject",
        _ => "the service gives no reason",
    };
}

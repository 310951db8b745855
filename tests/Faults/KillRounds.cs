using Iij.Tests.Servers;

namespace Iij.Tests.Faults;

/// <summary>
/// Rounds of one kind: a step is armed, months are recorded and closed, the process that passes the step dies of it and is started
/// again as a supervisor would, and everything is held against the truth.
/// </summary>
internal sealed class KillRounds(World world, int seed)
{
    private const int SigKilled = 137;
    private const int LoadsMax = 4;
    private static readonly TimeSpan _strikeMax = TimeSpan.FromSeconds(20);

    private readonly Check _check = new(world);

    /// <summary>How long the view may take; a claim that died with its relay comes back after ten seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>One round; throws <see cref="WrongFiguresException"/> where something is lost, doubled or wrong.</summary>
    public async Task<Struck> RunAsync(string step, int round)
    {
        var random = new Random(HashCode.Combine(seed, round, step.Sum(c => c * 31)));
        // The last passes of a month's work come after it: within it there are so many for certain.
        world.Arm(step, random.Next(step.StartsWith("entry.", StringComparison.Ordinal) ? 4 : 2));
        var load = new Load(world, random);
        var program = world.ProgramOf(step);
        using var enough = new CancellationTokenSource();
        var restarted = RestartAsync(program, enough.Token);
        for (var turn = 0; turn < LoadsMax && !restarted.IsCompleted; turn++)
        {
            await load.MonthAsync();
            await Task.WhenAny(restarted, Task.Delay(turn == LoadsMax - 1 ? _strikeMax : TimeSpan.FromSeconds(1)));
        }

        await enough.CancelAsync();
        var hit = await restarted && world.TakeHit(step);
        var took = await _check.HoldsAsync(load.Touched, Patience);
        if (load.Wrong.Count > 0)
            throw new WrongFiguresException($"{step}: {string.Join('\n', load.Wrong)}");
        return new(step, hit, load.Sent.Answers, load.Sent.Attempts - load.Sent.Answers, took);
    }

    /// <summary>Everything from the first entry on, once more.</summary>
    public Task HoldsAsync() => _check.HoldsAsync(Patience);

    private static async Task<bool> RestartAsync(ServiceProgram program, CancellationToken enough)
    {
        try
        {
            var code = await program.WaitForExitAsync(enough);
            if (code != SigKilled)
                throw new InvalidOperationException($"{program.Name} ended with {code} by itself:\n{program.Output}");
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        await program.StartAsync();
        return true;
    }
}

/// <summary>What a round did.</summary>
internal sealed record Struck(string Step, bool Hit, int Requests, int SentAgain, TimeSpan ViewAfter);

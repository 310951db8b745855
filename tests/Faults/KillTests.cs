using System.Collections.Concurrent;
using System.Diagnostics;
using Iij.Platform;
using Iij.Tests.Model;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>kill -9 at every named step: nothing that was acknowledged is lost or counted twice.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    // Worlds side by side, because much of a round is waiting for a claim that died; but each takes a start of its own.
    private static readonly int _lanes = Seeds.IsLong ? 4 : 2;
    private static readonly int _rounds = Seeds.IsLong ? 20 : 1;

    [Fact]
    public Task At_the_steps_of_an_entry_and_of_a_close() => KillAsync(Steps("entry.", "close."), _rounds, new Plan());

    [Fact]
    public Task At_the_steps_of_the_relay_until_a_publish() => KillAsync(Steps("relay.claim.", "relay.publish."), _rounds, new Plan());

    [Fact]
    public Task At_the_steps_of_the_relay_after_a_publish() => KillAsync(Steps("relay.confirm.", "relay.delete."), _rounds, new Plan());

    [Fact]
    public Task At_the_steps_of_the_inbox() => KillAsync(Steps("inbox."), _rounds, new Plan());

    [Fact]
    public Task At_any_step_while_reporting_asks_for_what_is_missing() => KillAsync(
        Seeds.IsLong ? Failpoint.Steps : [.. Failpoint.Steps.Where((_, i) => i % 6 == 3)], Seeds.IsLong ? 2 : 1, new Plan { FillGaps = true });

    private static IReadOnlyList<string> Steps(params string[] prefixes) =>
        [.. Failpoint.Steps.Where(step => prefixes.Any(prefix => step.StartsWith(prefix, StringComparison.Ordinal)))];

    private async Task KillAsync(IReadOnlyList<string> steps, int rounds, Plan plan)
    {
        var (watch, struck) = (Stopwatch.StartNew(), new ConcurrentBag<Struck>());
        var waiting = new ConcurrentQueue<(string Step, int Round)>(
            Enumerable.Range(0, rounds).SelectMany(round => steps.Select(step => (step, round))));
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(_lanes, steps.Count)).Select(lane => LaneAsync(waiting, struck, plan)));
        }
        finally
        {
            output.WriteLine($"IIJ_TEST_SEED={Seeds.Seed}, FillGaps={plan.FillGaps}, {watch.Elapsed.TotalSeconds:F0} s");
            output.WriteLine($"{"step",-26} {"hits",4} {"of",4} {"requests",9} {"sent again",10} {"view after, longest",20}");
            foreach (var of in steps.Select(step => struck.Where(one => one.Step == step).ToList()).Where(of => of.Count > 0))
            {
                output.WriteLine($"{of[0].Step,-26} {of.Count(one => one.Hit),4} {of.Count,4} {of.Sum(one => one.Requests),9} "
                    + $"{of.Sum(one => one.SentAgain),10} {of.Max(one => one.ViewAfter).TotalSeconds,18:F1} s");
            }
        }

        Assert.All(steps, step => Assert.True(struck.Count(one => one.Step == step && one.Hit) >= rounds, $"{step} was not hit {rounds} times"));
    }

    private static async Task LaneAsync(ConcurrentQueue<(string Step, int Round)> waiting, ConcurrentBag<Struck> struck, Plan plan)
    {
        await using var world = await World.StartAsync(plan);
        var rounds = new KillRounds(world, Seeds.Seed);
        while (waiting.TryDequeue(out var next))
        {
            try
            {
                struck.Add(await rounds.RunAsync(next.Step, next.Round));
            }
            catch (Exception error)
            {
                throw new LawBrokenException($"IIJ_TEST_SEED={Seeds.Seed}, {next.Step} round {next.Round}: {error.Message}\n{world.Output}", error);
            }
        }

        await rounds.HoldsAsync();
    }
}

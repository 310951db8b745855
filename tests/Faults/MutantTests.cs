using Iij.Tests.Model;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>The test of the tests: twins that are wrong in one step lose something, and the rounds see it.</summary>
public sealed class MutantTests(ITestOutputHelper output)
{
    private const int RoundsMax = 5;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15); // longer than a claim that died

    [Fact]
    public Task A_source_that_publishes_after_the_commit_is_caught() =>
        IsCaughtAsync(new Plan { SourceMutant = "publishes-after-commit" }, "close.commit.after");

    [Fact]
    public Task A_consumer_that_acknowledges_before_the_commit_is_caught() =>
        IsCaughtAsync(new Plan { ReportingMutant = "acknowledges-first" }, "inbox.commit.before");

    private async Task IsCaughtAsync(Plan plan, string step)
    {
        await using var world = await World.StartAsync(plan);
        var rounds = new KillRounds(world, Seeds.Seed) { Patience = _patience };
        for (var round = 0; round < RoundsMax; round++)
        {
            try
            {
                await rounds.RunAsync(step, round);
            }
            catch (WrongFiguresException wrong)
            {
                output.WriteLine($"caught in round {round}: {wrong.Message}");
                Assert.StartsWith("lost", wrong.Message, StringComparison.Ordinal);
                return;
            }
        }

        Assert.Fail($"{RoundsMax} rounds of {step} found nothing wrong:\n{world.Output}");
    }
}

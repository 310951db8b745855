using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using Iij.Tests.Servers;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>One message in a hundred is poison: it is dead-lettered, and those around it are on time.</summary>
public sealed class PoisonTests(ITestOutputHelper output)
{
    private const int GoodForEach = 100;
    private const int EnormousBytes = 8_000_000;
    private static readonly int _times = Seeds.IsLong ? 4 : 1;
    private static readonly TimeSpan _onTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _asideMax = TimeSpan.FromSeconds(30);
    private static readonly string[] _types = ["urn:message:Iij.Contracts:PeriodEventPublished"];
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    [Fact]
    public async Task One_message_in_a_hundred_is_put_aside_and_holds_up_nobody()
    {
        await using var world = await World.StartAsync();
        var load = new Load(world, new Random(Seeds.Seed));
        await load.MonthAsync(reopens: false);
        await new Check(world).HoldsAsync(_asideMax);
        var held = (await world.Closing.ListPeriodEventsAsync(new ListPeriodEventsRequest())).Events.First(each => each.Body.Length > 0);
        var poisons = Enumerable.Range(0, _times).SelectMany(turn => Poisons(held, turn)).ToList();
        foreach (var (_, body, _) in poisons)
        {
            await Rabbit.PublishAsync(world.Bus, [body]);
            await GoodAsync(world, load);
        }

        var took = await new Check(world).ArriveAsync(_onTime);
        output.WriteLine($"{poisons.Count} poisons in {world.Truth.Events.Count} events: "
            + $"all good ones are in {took.TotalSeconds:F1} s after the last was sent");
        await AsideAsync(world, poisons);
        await new Check(world) { Quarantined = poisons.Count }.HoldsAsync(_asideMax);
        Assert.Equal(0, await Rabbit.CountAsync(world.Bus, Rabbit.Queue));
    }

    // A message that can be read is dead-lettered by reporting; one that cannot be taken in at all is given up by the broker after five deliveries, and
    // its dead queue is emptied into the same place.
    private async Task AsideAsync(World world, IReadOnlyList<(string What, byte[] Body, bool Dies)> poisons)
    {
        var (all, dead) = (poisons.Count, poisons.Count(poison => poison.Dies));
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var letters = await new Check(world).DeadLettersAsync();
            var does = (letters.Count, letters.Count(one => one.Reason == "UNDELIVERABLE"), await Rabbit.CountAsync(world.Bus, Rabbit.DeadQueue));
            if (does == (all, dead, 0))
                break;
            Assert.True(watch.Elapsed < _asideMax, $"dead letters, undeliverable, in the dead queue: must be {(all, dead, 0)}, is {does}\n{world.Output}");
            await Task.Delay(100);
        }

        var reasons = (await new Check(world).DeadLettersAsync()).GroupBy(one => one.Reason).Select(group => $"{group.Count()} {group.Key}");
        output.WriteLine($"dead letters: {string.Join(", ", reasons)}; {watch.Elapsed.TotalSeconds:F1} s after the good ones");
    }

    // A hundred events: one month is reopened, prepared and closed again, over and over.
    private static async Task GoodAsync(World world, Load load)
    {
        for (var until = world.Truth.Events.Count + GoodForEach; world.Truth.Events.Count < until;)
        {
            await load.TransitAsync(Transition.Reopened, Load.First, "akira");
            await load.CloseAsync(Load.First);
        }
    }

    private static IEnumerable<(string What, byte[] Body, bool Dies)> Poisons(PeriodEvent held, int turn)
    {
        var message = PeriodEventPublished.FromProto(held) with { OccurredAt = 1, Reason = $"again {turn}" };
        var stranger = message with { Source = "cloud", Incarnation = $"{Guid.NewGuid()}", EventId = $"{Guid.NewGuid()}", Sequence = 1 };
        yield return ("garbage", [.. Enumerable.Range(0, 200).Select(i => (byte)(i * 7 + turn))], true);
        yield return ("JSON that is not a message", Encoding.UTF8.GetBytes($"{{\"hello\": {turn}}}"), true);
        yield return ("contradicts a fact", Envelope(message), false);
        yield return ("text with NUL", Envelope(stranger with { Transition = "Prepared", Schema = "", Body = "", Actor = "a\0b" }), true);
        yield return ("an unknown source", Envelope(stranger with { Source = $"moon{turn}" }), false);
        yield return ("an enormous body", Envelope(stranger with { Body = new string('x', EnormousBytes) }), false);
    }

    private static byte[] Envelope(PeriodEventPublished message) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            MessageId = Guid.NewGuid(),
            MessageType = _types,
            Message = SourceKeys.Sign(message with { KeyId = "", Signature = "" }),
        },
        _json);
}

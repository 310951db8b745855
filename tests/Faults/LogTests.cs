using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using Iij.Tests.Servers;

namespace Iij.Tests.Faults;

/// <summary>What a process logs has a time, a level and the name of what happened, and never an amount.</summary>
public sealed partial class LogTests
{
    private const string Amount = "987654321.5"; // not whole yen: it cannot be read, and a message that says why may quote it
    private const string DeadLettered = "EventDeadLettered";
    private static readonly TimeSpan _asideMax = TimeSpan.FromSeconds(60);
    private static readonly string[] _types = ["urn:message:Iij.Contracts:PeriodEventPublished"];

    [Fact]
    public async Task A_log_has_time_level_and_event_and_no_amount()
    {
        await using var world = await World.StartAsync();
        await new Load(world, new Random(Seeds.Seed)).MonthAsync(reopens: false);
        await new Check(world).ArriveAsync(_asideMax); // reporting has its queue
        await RestartAsync(world, inContainer: "false");
        await DeadLetterAsync(world, 1);
        await RestartAsync(world, inContainer: "true");
        await DeadLetterAsync(world, 2);
        var lines = world.Reporting.Output.Split('\n').Select(line => line["reporting: ".Length..])
            .Where(line => line.Contains(DeadLettered, StringComparison.Ordinal)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Matches(Text(), lines[0]);
        var json = JsonNode.Parse(lines[1])!;
        Assert.Equal(("Error", DeadLettered, "UNREADABLE", "atm"), (
            (string?)json["level"], (string?)json["event"], (string?)json["told"]!["Reason"], (string?)json["told"]!["Source"]));
        Assert.True(DateTimeOffset.TryParse((string?)json["time"], out _));
        Assert.DoesNotContain(Amount, world.Reporting.Output, StringComparison.Ordinal);
    }

    private static async Task RestartAsync(World world, string inContainer)
    {
        await world.Reporting.StopAsync();
        world.Reporting.Settings["DOTNET_RUNNING_IN_CONTAINER"] = inContainer;
        await world.Reporting.StartAsync();
    }

    private static async Task DeadLetterAsync(World world, int sequence)
    {
        var message = new PeriodEventPublished($"{Guid.NewGuid()}", "atm", "unknown", nameof(Transition.Closed), "2012-04", 1, sequence, sequence - 1,
            1, "beni", "", "iij.atmoperations.v1.AtmOperationsStatement", $"{{\"commissionJpy\":\"{Amount}\"}}");
        var envelope = new { MessageId = Guid.NewGuid(), MessageType = _types, Message = SourceKeys.Sign(message) };
        await Rabbit.PublishAsync(world.Bus, [JsonSerializer.SerializeToUtf8Bytes(envelope, JsonSerializerOptions.Web)]);
        var watch = Stopwatch.StartNew();
        while ((await new Check(world).DeadLettersAsync()).Count < sequence)
        {
            Assert.True(watch.Elapsed < _asideMax, world.Output);
            await Task.Delay(100);
        }
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z Error Iij\.Reporting\.EventInbox EventDeadLettered: "
        + @"event \S+ of atm was dead-lettered: UNREADABLE$")]
    private static partial Regex Text();
}

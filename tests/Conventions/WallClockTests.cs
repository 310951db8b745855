using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class WallClockTests() : RuleTests(WallClock.Check)
{
    [Theory]
    [InlineData("DateTime.Now")]
    [InlineData("System.DateTime.UtcNow.Ticks")]
    [InlineData("DateTime.Today.AddDays(1)")]
    [InlineData("DateTimeOffset.UtcNow")]
    [InlineData("SystemClock.Instance.GetCurrentInstant()")]
    [InlineData("Environment.TickCount64")]
    [InlineData("Stopwatch.StartNew()")]
    public void A_clock_is_caught(string call) => Catches("services/Closing/Relay.cs", $"class A\n{{\n  object B() => {call};\n}}", 3);

    [Fact]
    public void Time_as_an_argument_passes() =>
        Passes("services/Closing/Relay.cs", "class A { object B(TimeProvider time) => time.GetUtcNow(); }");

    [Fact]
    public void Local_may_measure() => Passes("services/Local/Loader.cs", "class A { object B() => Stopwatch.GetTimestamp(); }");
}

using Iij.Platform;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Iij.Tests.Closing;

/// <summary>A clock that is set is told for ten minutes; one that runs is not, however long nobody asks.</summary>
public sealed class ClockHealthTests
{
    private static readonly HealthCheckContext _context = new();

    [Theory]
    [InlineData(-7_200)]
    [InlineData(-3)]
    [InlineData(3)]
    [InlineData(86_400)]
    public async Task A_jump_is_told_with_its_size_and_for_ten_minutes(int seconds)
    {
        var machine = new Machine();
        var health = new ClockHealth(machine);
        await SaysAsync(HealthStatus.Healthy);
        machine.Pass(5);
        machine.Set(seconds);
        Assert.Contains($"{seconds:+0;-0} s", (await SaysAsync(HealthStatus.Degraded)).Description, StringComparison.Ordinal);
        machine.Pass(599);
        await SaysAsync(HealthStatus.Degraded);
        machine.Pass(2);
        await SaysAsync(HealthStatus.Healthy);

        async Task<HealthCheckResult> SaysAsync(HealthStatus status)
        {
            var result = await health.CheckHealthAsync(_context);
            Assert.Equal(status, result.Status);
            return result;
        }
    }

    [Fact]
    public async Task Time_that_passes_is_no_jump()
    {
        var machine = new Machine();
        var health = new ClockHealth(machine);
        foreach (var seconds in new[] { 1, 5, 3_600, 1_000_000 })
        {
            Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(_context)).Status);
            machine.Pass(seconds);
            machine.Set(1); // steered a little
        }
    }

    private sealed class Machine : TimeProvider
    {
        private DateTimeOffset _time = new(2012, 12, 31, 0, 0, 0, TimeSpan.Zero);
        private long _stamp;

        public override long TimestampFrequency => 1;

        public void Pass(int seconds) => (_time, _stamp) = (_time.AddSeconds(seconds), _stamp + seconds);

        public void Set(int seconds) => _time = _time.AddSeconds(seconds);

        public override DateTimeOffset GetUtcNow() => _time;

        public override long GetTimestamp() => _stamp;
    }
}

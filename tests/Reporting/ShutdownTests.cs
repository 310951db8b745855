using Iij.Platform;
using Microsoft.AspNetCore.Builder;

namespace Iij.Tests.Reporting;

/// <summary>A process with two services, as reporting and the group's accounts are one.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task When_one_service_ends_the_other_ends_in_order()
    {
        var folder = Directory.CreateTempSubdirectory("iij-shutdown-").FullName;
        WebApplication Build(string name) => ServiceHost.CreateBuilder(
            new ServiceSettings(), name, new Database(new SqliteEngine(Path.Combine(folder, name)))).Build();
        var (first, second, stopped) = (Build("first"), Build("second"), new List<string>());
        second.Lifetime.ApplicationStopped.Register(() => stopped.Add("second"));
        first.Lifetime.ApplicationStopped.Register(() => stopped.Add("first"));
        var running = ServiceHost.RunAsync([], _ => Task.FromResult<IReadOnlyList<WebApplication>>([first, second]));
        await ContractTests.UntilAsync(() => second.Lifetime.ApplicationStarted.IsCancellationRequested);
        first.Lifetime.StopApplication();
        Assert.Equal(0, await running);
        Assert.Equal(["first", "second"], stopped);
        Directory.Delete(folder, recursive: true);
    }
}

using Iij.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Iij.Tests.Reporting;

/// <summary>A process with two services, as reporting and the group's accounts are one.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task When_one_service_ends_the_other_ends_in_order()
    {
        var folder = Directory.CreateTempSubdirectory("iij-shutdown-").FullName;
        WebApplication Build(string name)
        {
            var builder = ServiceHost.CreateBuilder(
                new ServiceSettings(), name, new Database(new SqliteEngine(Path.Combine(folder, name))));
            builder.Services.AddSingleton<PrepareService>(() => Task.CompletedTask);
            return builder.Build();
        }

        var (first, second, stopped) = (Build("first"), Build("second"), new List<string>());
        second.Lifetime.ApplicationStopped.Register(() => stopped.Add("second"));
        first.Lifetime.ApplicationStopped.Register(() => stopped.Add("first"));
        var running = ServiceProcess.RunAsync(
            ["--Storage:Path=unused"], [""], settings => new AssembledProcess([first, second], EventBus.Create(settings[0].Bus)));
        await ContractTests.UntilAsync(() => second.Lifetime.ApplicationStarted.IsCancellationRequested);
        first.Lifetime.StopApplication();
        Assert.Equal(0, await running);
        Assert.Equal(["first", "second"], stopped);
        Directory.Delete(folder, recursive: true);
    }
}

using Iij.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Iij.Tests.Reporting;

/// <summary>The end of a process.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task When_its_service_ends_a_process_ends_well()
    {
        var folder = Directory.CreateTempSubdirectory("iij-shutdown-").FullName;
        var builder = ServiceHost.CreateBuilder(new ServiceSettings(), "ending", new Database(new SqliteEngine(Path.Combine(folder, "ending"))));
        builder.Services.AddSingleton<PrepareService>(() => Task.CompletedTask);
        var service = builder.Build();
        var (started, stopped) = (service.Lifetime.ApplicationStarted, service.Lifetime.ApplicationStopped);
        var running = ServiceProcess.RunAsync(
            ["--Storage:Path=unused"], settings => new AssembledProcess(service, EventBus.Create(settings.Bus)));
        await ContractTests.UntilAsync(() => started.IsCancellationRequested);
        service.Lifetime.StopApplication();
        Assert.Equal(0, await running);
        Assert.True(stopped.IsCancellationRequested);
        Directory.Delete(folder, recursive: true);
    }
}

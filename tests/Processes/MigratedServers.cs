using Iij.Tests.Servers;
using Xunit;

namespace Iij.Tests.Processes;

/// <summary>Servers as deployed, with the schemas migrated.</summary>
public sealed class MigratedServers : IAsyncLifetime
{
    internal DeployedServers Deployed { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Deployed = await DeployedServers.StartAsync();
        await Task.WhenAll(SixProcesses.Projects.Select(project => Deployed.MigrateAsync(project.Key, SixProcesses.Program(project.Value))));
    }

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Deployed.DisposeAsync();
}

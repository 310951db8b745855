using Xunit;

namespace Iij.Tests.Servers;

/// <summary>A virtual host for a test class: <c>IClassFixture&lt;RabbitVirtualHost&gt;</c>; deleted after its last test.</summary>
public sealed class RabbitVirtualHost : IAsyncLifetime
{
    /// <summary>The amqp URI with user, port and virtual host.</summary>
    public Uri Uri { get; private set; } = new("amqp://unset");

    /// <inheritdoc />
    public async Task InitializeAsync() => Uri = await RabbitServer.Shared.CreateVirtualHostAsync();

    /// <inheritdoc />
    public Task DisposeAsync() => RabbitServer.Shared.DeleteVirtualHostAsync(Uri);
}

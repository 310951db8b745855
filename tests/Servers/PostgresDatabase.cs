using Xunit;

namespace Iij.Tests.Servers;

/// <summary>A fresh database for a test class: <c>IClassFixture&lt;PostgresDatabase&gt;</c>; dropped after its last test.</summary>
public sealed class PostgresDatabase : IAsyncLifetime
{
    /// <summary>Npgsql's words for the database.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <inheritdoc />
    public async Task InitializeAsync() => ConnectionString = await PostgresServer.Shared.CreateDatabaseAsync();

    /// <inheritdoc />
    public Task DisposeAsync() => PostgresServer.Shared.DropDatabaseAsync(ConnectionString);
}

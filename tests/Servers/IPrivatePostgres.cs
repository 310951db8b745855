namespace Iij.Tests.Servers;

/// <summary>A PostgreSQL that a test has for itself: it comes back with its data on the same port, however it was stopped.</summary>
internal interface IPrivatePostgres : IAsyncDisposable
{
    /// <summary>Npgsql's words for the superuser's maintenance database.</summary>
    string ConnectionString { get; }

    /// <summary>Starts it where it does not run, and returns when it answers.</summary>
    Task StartAsync();

    /// <summary>An orderly stop; open sessions are ended.</summary>
    Task StopAsync();

    /// <summary>A stop without a checkpoint.</summary>
    Task CrashAsync();

    /// <summary>Copies the data while it is stopped.</summary>
    Task SaveAsync();

    /// <summary>Puts the copy in place of the data while it is stopped.</summary>
    Task RestoreAsync();

    /// <summary>Whether it still runs.</summary>
    Task<bool> RunsAsync();
}

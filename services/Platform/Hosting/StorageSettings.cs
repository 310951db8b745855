namespace Iij.Platform;

/// <summary>Which database a process uses.</summary>
public sealed class StorageSettings
{
    /// <summary>"sqlite" (embedded, the default) or "postgres".</summary>
    public string Engine { get; set; } = "sqlite";

    /// <summary>The SQLite file.</summary>
    public string Path { get; set; } = "";

    /// <summary>The PostgreSQL connection string.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// Whether the service brings its schema up to date when it starts. Off, it waits for the schema: another process runs the
    /// service's "migrate" with a role that owns the tables, and this one serves with a role that does not.
    /// </summary>
    public bool Migrate { get; set; } = true;

    /// <summary>The PostgreSQL role that serves, which "migrate" lets read and add, and update what schema/grants.sql names; empty for none.</summary>
    public string ServingRole { get; set; } = "";

    internal void Check()
    {
        if (Engine is not ("sqlite" or "postgres"))
            throw new SettingsException("Storage:Engine", $"\"{Engine}\" is neither sqlite nor postgres");
        if (Engine == "sqlite" && Path.Length == 0)
            throw new SettingsException("Storage:Path", "the SQLite file is not named");
        if (Engine == "postgres" && ConnectionString.Length == 0)
            throw new SettingsException("Storage:ConnectionString", "the PostgreSQL connection string is missing");
        if (Engine == "postgres")
            RequireConnectionString();
        if (ServingRole.Length > 0 && (Engine != "postgres" || ServingRole.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'))))
            throw new SettingsException("Storage:ServingRole", $"\"{ServingRole}\" is not a PostgreSQL role of a-z, 0-9 and _");
    }

    private void RequireConnectionString()
    {
        try
        {
            _ = new Npgsql.NpgsqlConnectionStringBuilder(ConnectionString);
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw new SettingsException("Storage:ConnectionString", $"is not a PostgreSQL connection string ({error.Message})");
        }
    }
}

using Microsoft.Extensions.Configuration;

namespace Iij.Platform;

/// <summary>
/// What a process is told: where it listens, where it stores, which bus it publishes on and where its peers are. Read from
/// appsettings.json and environment variables (Storage__Engine=postgres), checked at start.
/// </summary>
public sealed class ServiceSettings
{
    /// <summary>The address gRPC listens on, h2c: "http://127.0.0.1:5101"; port 0 takes a free one.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:0";

    /// <summary>Which database.</summary>
    public StorageSettings Storage { get; set; } = new();

    /// <summary>Which bus.</summary>
    public BusSettings Bus { get; set; } = new();

    /// <summary>gRPC addresses of other services by name: what reporting asks when it finds a gap.</summary>
    public Dictionary<string, string> Peers { get; init; } = [];

    /// <summary>Where an entry dated in a closed period goes: refused, or posted to the next open period keeping its own date.</summary>
    public LateEntryPolicy LateEntries { get; set; } = LateEntryPolicy.Refuse;

    /// <summary>Whether the relay publishes; off, events wait in the outbox.</summary>
    public bool Relay { get; set; } = true;

    /// <summary>Whether reporting asks the sources for what it has not received.</summary>
    public bool FillGaps { get; set; } = true;

    /// <summary>Reads and checks the settings; throws <see cref="SettingsException"/> naming the setting that is wrong.</summary>
    public static ServiceSettings Read(IConfiguration configuration)
    {
        try
        {
            var settings = configuration.Get<ServiceSettings>() ?? new();
            settings.Check();
            return settings;
        }
        catch (InvalidOperationException error) // a value that is not of its setting's type; the message names both
        {
            throw new SettingsException("of a wrong type", error.Message);
        }
    }

    /// <summary>Opens the database that the settings name.</summary>
    public Database OpenDatabase() => new(Storage.Engine switch
    {
        "sqlite" => new SqliteEngine(Storage.Path),
        _ => new PostgresEngine(Storage.ConnectionString),
    });

    private void Check()
    {
        if (!Uri.TryCreate(Listen, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
            throw new SettingsException("Listen", $"\"{Listen}\" is no http address; for example http://127.0.0.1:5101");
        if (Storage.Engine is not ("sqlite" or "postgres"))
            throw new SettingsException("Storage:Engine", $"\"{Storage.Engine}\" is neither sqlite nor postgres");
        if (Storage.Engine == "sqlite" && Storage.Path.Length == 0)
            throw new SettingsException("Storage:Path", "the SQLite file is not named");
        if (Storage.Engine == "postgres" && Storage.ConnectionString.Length == 0)
            throw new SettingsException("Storage:ConnectionString", "the PostgreSQL connection string is missing");
        if (Bus.Transport is not ("memory" or "rabbitmq"))
            throw new SettingsException("Bus:Transport", $"\"{Bus.Transport}\" is neither memory nor rabbitmq");
        if (Bus.Transport == "rabbitmq" && !Uri.TryCreate(Bus.Uri, UriKind.Absolute, out _))
            throw new SettingsException("Bus:Uri", "the RabbitMQ address is missing; for example amqp://user:password@host:5672/");
        foreach (var (name, address) in Peers)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out _))
                throw new SettingsException($"Peers:{name}", $"\"{address}\" is no address");
        }
    }
}

/// <summary>Which database a process uses.</summary>
public sealed class StorageSettings
{
    /// <summary>"sqlite" (embedded, the default) or "postgres".</summary>
    public string Engine { get; set; } = "sqlite";

    /// <summary>The SQLite file.</summary>
    public string Path { get; set; } = "";

    /// <summary>The PostgreSQL connection string.</summary>
    public string ConnectionString { get; set; } = "";
}

/// <summary>Which bus a process publishes on.</summary>
public sealed class BusSettings
{
    /// <summary>"memory" (one process) or "rabbitmq".</summary>
    public string Transport { get; set; } = "memory";

    /// <summary>The address of RabbitMQ with user, password and virtual host.</summary>
    public string Uri { get; set; } = "";
}

/// <summary>Where an entry dated in a closed period goes.</summary>
public enum LateEntryPolicy
{
    /// <summary>It is refused with the reason and the next open period.</summary>
    Refuse,

    /// <summary>It is posted to the next open period and keeps its own date.</summary>
    PostToNextOpenPeriod,
}

/// <summary>A setting is wrong: the message names it.</summary>
public sealed class SettingsException(string setting, string message) : Exception($"setting {setting}: {message}");

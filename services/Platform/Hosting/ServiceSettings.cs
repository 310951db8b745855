using Iij.Client;
using Microsoft.Extensions.Configuration;

namespace Iij.Platform;

/// <summary>
/// The settings of a process: where it listens, where it stores, which bus it publishes on and where its peers are. Read from
/// appsettings.json, the files of /run/secrets and environment variables (Storage__Engine=postgres), checked at start.
/// </summary>
public sealed class ServiceSettings
{
    /// <summary>The address gRPC listens on, h2c: "http://127.0.0.1:5101"; port 0 takes a free one.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:0";

    /// <summary>The address of reporting's HTTP API, plain HTTP for a proxy that speaks TLS; empty for none.</summary>
    public string Http { get; set; } = "";

    /// <summary>
    /// The names under which browsers may reach the HTTP API and its page, "view.example" or "*.example", beside those of this machine. A
    /// request for another name that resolves to this address is refused.
    /// </summary>
    public List<string> HttpHosts { get; init; } = [];

    /// <summary>
    /// The request header in which an authenticating proxy before the HTTP API names the acting person, and which it removes from what callers
    /// send; empty without a proxy: then the page asks for a name and trusts it.
    /// </summary>
    public string HttpActorHeader { get; set; } = "";

    /// <summary>
    /// The persons who may use the HTTP API, as the proxy names them in HttpActorHeader; empty: every person that it names.
    /// </summary>
    public List<string> HttpReaders { get; init; } = [];

    /// <summary>The address for operators, plain HTTP: /health/live, /health/ready and /metrics; empty for none.</summary>
    public string Observe { get; set; } = "";

    /// <summary>Which database.</summary>
    public StorageSettings Storage { get; set; } = new();

    /// <summary>Which bus.</summary>
    public BusSettings Bus { get; set; } = new();

    /// <summary>Who vouches for callers.</summary>
    public IdentitySettings Identity { get; set; } = new();

    /// <summary>The keys of period events.</summary>
    public SigningSettings Signing { get; set; } = new();

    /// <summary>gRPC addresses of the sources by name: reporting requests missing events from them and forwards closes over HTTP.</summary>
    public Dictionary<string, string> Peers { get; init; } = [];

    /// <summary>Where an entry dated in a closed period goes: refused, or posted to the next open period keeping its own date.</summary>
    public LateEntryPolicy LateEntries { get; set; } = LateEntryPolicy.Refuse;

    /// <summary>Whether the relay publishes; off, events wait in the outbox.</summary>
    public bool Relay { get; set; } = true;

    /// <summary>Whether reporting requests missing events from the sources.</summary>
    public bool FillGaps { get; set; } = true;

    /// <summary>Limits of streams to dashboards.</summary>
    public FeedSettings Feed { get; set; } = new();

    /// <summary>The policies of the sign-off in reporting.</summary>
    public SignOffSettings SignOff { get; set; } = new();

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
        CheckAddress("Listen", Listen, 5101);
        if (Observe.Length > 0)
            CheckAddress("Observe", Observe, 9101);
        if (Http.Length > 0)
            CheckAddress("Http", Http, 8080);
        if (HttpHosts.FirstOrDefault(name => Uri.CheckHostName(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name) == 0) is { } wrong)
            throw new SettingsException("HttpHosts", $"\"{wrong}\" is not the name of a host; for example view.example or *.example, without a port");
        if (HttpActorHeader.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-'))
            throw new SettingsException("HttpActorHeader", $"\"{HttpActorHeader}\" is not the name of a header; for example X-Forwarded-User");
        CheckReaders();
        if (Observe.Length > 0 && new Uri(Observe).Port == 0)
            throw new SettingsException("Observe", "needs a port of its own");
        Storage.Check();
        Bus.Check();
        Signing.Check();
        Identity.Check([Listen, Http], Peers.Count > 0);
        if (Identity.IsOn && HttpActorHeader.Length > 0)
            throw new SettingsException("HttpActorHeader", "is worth nothing beside Identity:Authority: the proxy passes on the token instead");
        SignOff.Check();
        foreach (var (name, address) in Peers)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out _))
                throw new SettingsException($"Peers:{name}", $"\"{address}\" is not an address");
        }
    }

    private void CheckReaders()
    {
        if (HttpReaders.Count > 0 && HttpActorHeader.Length == 0)
            throw new SettingsException("HttpReaders", "needs HttpActorHeader: only a proxy's word says who reads");
        if (HttpReaders.FirstOrDefault(name => !ActorMetadata.IsName(name)) is { } nobody)
            throw new SettingsException("HttpReaders", $"\"{nobody}\" is nobody's name; for example alice");
    }

    private static void CheckAddress(string setting, string address, int portExample)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !IsListenable(uri))
            throw new SettingsException(setting, $"\"{address}\" is not an http address of this machine; for example http://127.0.0.1:{portExample}");
    }

    private static bool IsListenable(Uri address) =>
        address.Scheme == Uri.UriSchemeHttp && (address.Host == "localhost" || System.Net.IPAddress.TryParse(address.Host, out _));
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
public sealed class SettingsException(string setting, string problem) : Exception($"setting {setting}: {problem}")
{
    /// <summary>Which one.</summary>
    public string Setting { get; } = setting;
}

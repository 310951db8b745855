using Google.Protobuf.Reflection;
using Grpc.Net.Client;
using Iij.Access.V1;
using Iij.Closing.V1;
using Iij.Local;
using Microsoft.Data.Sqlite;

namespace Iij.Tests.Fuzzing;

/// <summary>The six processes with a little in their books: 2012-04 closed everywhere and received, 2012-05 open.</summary>
public sealed class World : IAsyncLifetime
{
    private static readonly FileDescriptor[] _files =
    [
        ClosingReflection.Descriptor, AtmOperations.V1.AtmoperationsReflection.Descriptor, Group.V1.GroupReflection.Descriptor,
        NetworkServices.V1.NetworkservicesReflection.Descriptor, GioCloud.V1.GiocloudReflection.Descriptor,
        SiBacklog.V1.SibacklogReflection.Descriptor, Reporting.V1.ReportingReflection.Descriptor, Reporting.V1.RemarksReflection.Descriptor,
        Reporting.V1.FeedReflection.Descriptor,
        global::Grpc.Health.V1.HealthReflection.Descriptor, global::Grpc.Reflection.V1.ReflectionReflection.Descriptor,
        global::Grpc.Reflection.V1Alpha.ReflectionReflection.Descriptor,
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("iij-fuzzing-").FullName;
    private readonly Dictionary<string, SqliteConnection> _databases = [];

    /// <summary>The processes.</summary>
    public LocalServices Services { get; private set; } = null!;

    /// <summary>Every RPC that some process serves, as it says itself by reflection.</summary>
    public IReadOnlyList<Rpc> Rpcs { get; private set; } = [];

    /// <summary>What every process that keeps books is called.</summary>
    public static IEnumerable<string> Processes => LocalServices.Sources.Append("reporting");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Services = await LocalServices.StartAsync(name => Path.Combine(_folder, $"{name}.db"), 0, relay: true);
        foreach (var process in Processes)
        {
            var file = new SqliteConnection($"Data Source={Path.Combine(_folder, $"{process}.db")};Mode=ReadOnly;Pooling=False");
            await file.OpenAsync();
            _databases[process] = file;
        }

        Rpcs = [.. (await Task.WhenAll(Processes.Select(ServedAsync))).SelectMany(served => served)];
        await Seed.PlantAsync(Services);
        await SettleAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var file in _databases.Values)
            await file.DisposeAsync();
        await Services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>One RPC by the process and its name.</summary>
    public Rpc Find(string process, string method) => Rpcs.Single(rpc => rpc.Process == process && rpc.Method.Name == method && rpc.IsOwn);

    /// <summary>Changes whenever anything is committed to any of the six databases: SQLite's own counter of foreign commits.</summary>
    public string Version() => string.Join(' ', Processes.Select(process => $"{process}={Scalar(process, "PRAGMA data_version")}"));

    /// <summary>Waits until every event has arrived: then nothing changes by itself.</summary>
    public async Task SettleAsync()
    {
        for (var quiet = 0; quiet < 3;)
        {
            var before = Version();
            await Task.Delay(40);
            var waiting = LocalServices.Sources.Sum(source => Scalar(source, "SELECT COUNT(*) FROM outbox"));
            var told = LocalServices.Sources.Sum(source => Scalar(source, "SELECT last_sequence FROM source"));
            var received = Scalar("reporting", "SELECT COUNT(*) FROM received_event");
            quiet = waiting == 0 && told == received && before == Version() ? quiet + 1 : 0;
        }
    }

    private long Scalar(string process, string sql)
    {
        using var command = _databases[process].CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static bool IsForPrograms(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(AccessExtensions.Access)?.Roles is [Role.Service];

    private async Task<IEnumerable<Rpc>> ServedAsync(string process)
    {
        var channel = Services.Channels[process];
        var programs = GrpcChannel.ForAddress(Services.Endpoints[process], new GrpcChannelOptions
        {
            HttpHandler = ProgramToken.Of(Services.Endpoints["issuer"], Path.Combine(_folder, "issuer", "issuer.key.pem")), DisposeHttpClient = true,
        });
        using var call = new global::Grpc.Reflection.V1.ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { ListServices = "*" });
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var services = _files.SelectMany(file => file.Services).ToDictionary(service => service.FullName);
        return call.ResponseStream.Current.ListServicesResponse.Service
            .SelectMany(service => services[service.Name].Methods.Select(method => new Rpc(process, IsForPrograms(method) ? programs : channel, method)));
    }
}

using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Iij.Closing.V1;
using Iij.Reporting.V1;
using Iij.Tests.Servers;
using Npgsql;

namespace Iij.Tests.Faults;

/// <summary>The ATM source and reporting, each a process of its own, with their databases and the broker, and a client of both.</summary>
internal sealed class World : IAsyncDisposable
{
    private const string Actor = "iij-actor";
    private const int OutputLines = 40;
    private static readonly TimeSpan _answerMax = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("iij-faults-").FullName;
    private readonly List<GrpcChannel> _channels = [];

    private World(Plan plan) => Plan = plan;

    public Plan Plan { get; }

    /// <summary>What was acknowledged; another where a database was restored from an older copy.</summary>
    public Truth Truth { get; set; } = new();

    public ServiceProgram Atm { get; private set; } = null!;

    public ServiceProgram Reporting { get; private set; } = null!;

    public Uri Bus { get; private set; } = null!;

    public string AtmDatabase { get; private set; } = "";

    public string ReportingDatabase { get; private set; } = "";

    public CallInvoker AtmInvoker { get; private set; } = null!;

    public ClosingService.ClosingServiceClient Closing => new(AtmInvoker);

    public ReportingService.ReportingServiceClient Figures { get; private set; } = null!;

    public static Metadata As(string actor) => new() { { Actor, actor } };

    public static async Task<World> StartAsync(Plan? plan = null)
    {
        var world = new World(plan ?? new Plan());
        await world.ConfigureAsync();
        await Task.WhenAll(world.Atm.StartAsync(), world.Reporting.StartAsync());
        return world;
    }

    /// <summary>
    /// Lets a program die at a step, the given number of times after it would have passed it: at once, or standing still there for a
    /// moment in which what it handed over leaves.
    /// </summary>
    public void Arm(string step, int passes, TimeSpan still = default) => File.WriteAllText(
        Path.Combine(StepsOf(step), step), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{passes} {still.TotalMilliseconds:F0}"));

    /// <summary>Whether a step struck; asking takes the strike away.</summary>
    public bool TakeHit(string step)
    {
        var hit = Path.Combine(StepsOf(step), step + ".hit");
        if (!File.Exists(hit))
            return false;
        File.Delete(hit);
        return true;
    }

    /// <summary>The program that passes a step.</summary>
    public ServiceProgram ProgramOf(string step) => step.StartsWith("inbox.", StringComparison.Ordinal) ? Reporting : Atm;

    /// <summary>The source once more: another process on the same database.</summary>
    public (ServiceProgram Program, CallInvoker Invoker) AnotherAtm()
    {
        var address = NewAddress();
        var settings = new Dictionary<string, string>(Atm.Settings) { ["Listen"] = address.ToString() };
        return (new ServiceProgram("atm again", ServiceProgram.BuiltAt("services/Atm", "Iij.Atm"), settings), Connect(address));
    }

    /// <summary>One value of a database.</summary>
    public static async Task<string> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(Unpooled(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return $"{await command.ExecuteScalarAsync()}";
    }

    /// <summary>What the processes said last, without what each start says while it waits.</summary>
    public string Output => string.Join('\n', new[] { Atm, Reporting }.SelectMany(program => program.Output.Split('\n')
        .Where(line => !line.Contains("DefaultHealthCheckService", StringComparison.Ordinal)).TakeLast(OutputLines)));

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
            channel.Dispose();
        await Atm.DisposeAsync();
        await Reporting.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ConfigureAsync()
    {
        // A broker of the world's own is used as it comes: it must serve again when it was emptied.
        Bus = Plan.Broker == RabbitServer.Shared ? await Plan.Broker.CreateVirtualHostAsync() : await Plan.Broker.StartAsync();
        ReportingDatabase = await Plan.ReportingServer.CreateDatabaseAsync("reporting");
        var (atm, reporting) = (NewAddress(), NewAddress());
        var source = new Dictionary<string, string>
        {
            ["Listen"] = atm.ToString(), ["Bus__Transport"] = "rabbitmq", ["Bus__Uri"] = Bus.ToString(),
            ["IIJ_FAILPOINTS"] = Directory.CreateDirectory(Path.Combine(_folder, "atm")).FullName, ["Mutant"] = Plan.SourceMutant,
        };
        source["Signing__KeyFile"] = SourceKeys.FileOf("atm");
        if (Plan.SourceFile.Length > 0)
            source["Storage__Path"] = Plan.SourceFile;
        else
            (source["Storage__Engine"], source["Storage__ConnectionString"]) = ("postgres", AtmDatabase = await Plan.SourceServer.CreateDatabaseAsync("atm"));
        Atm = new ServiceProgram("atm", Program("Atm", Plan.SourceMutant), source);
        Reporting = new ServiceProgram("reporting", Program("Reporting", Plan.ReportingMutant), new Dictionary<string, string>
        {
            ["Listen"] = reporting.ToString(), ["Bus__Transport"] = "rabbitmq", ["Bus__Uri"] = Plan.Way("bus", Bus).ToString(),
            ["Storage__Engine"] = "postgres", ["Storage__ConnectionString"] = ReportingDatabase,
            ["Signing__PublicKeys"] = SourceKeys.Folder, ["Signing__KeyFile"] = SourceKeys.FileOf("reporting"),
            ["FillGaps"] = Plan.FillGaps.ToString(), ["Peers__atm"] = Plan.Way("atm", atm).ToString(),
            ["IIJ_FAILPOINTS"] = Directory.CreateDirectory(Path.Combine(_folder, "reporting")).FullName, ["Mutant"] = Plan.ReportingMutant,
        });
        AtmInvoker = Connect(atm);
        Figures = new(Connect(reporting));
    }

    private static string Program(string project, string mutant) => mutant.Length > 0
        ? ServiceProgram.BuiltAt("tests/Mutants", "Iij.Tests.Mutants")
        : ServiceProgram.BuiltAt($"services/{project}", $"Iij.{project}");

    private string StepsOf(string step) => ProgramOf(step).Settings["IIJ_FAILPOINTS"];

    private static Uri NewAddress() => new($"http://127.0.0.1:{FreePort.Next()}");

    private static string Unpooled(string database) => new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString;

    private CallInvoker Connect(Uri address)
    {
        var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        lock (_channels)
            _channels.Add(channel);
        return channel.Intercept(new Limit());
    }

    /// <summary>No call waits for ever: what has no answer in time is asked again.</summary>
    private sealed class Limit : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, context.Options.Deadline is null
                ? new(context.Method, context.Host, context.Options.WithDeadline(DateTime.UtcNow + _answerMax))
                : context);
    }
}

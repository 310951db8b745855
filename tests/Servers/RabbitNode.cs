using System.Diagnostics;
using System.Globalization;

namespace Iij.Tests.Servers;

/// <summary>One private node with its own cookie, name, ports, port mapper (epmd) and files, so that it meets no other node.</summary>
internal sealed class RabbitNode : IPrivateRabbit
{
    private const string Programs = "/usr/lib/rabbitmq/bin";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    /// <summary>The node's name, which stands in its command line, tells our process from one that took over its id.</summary>
    private const string Cleanup =
        $$"""
        if ! timeout 20 {{Programs}}/rabbitmqctl stop "$RABBITMQ_PID_FILE"; then
            pid=$(cat "$RABBITMQ_PID_FILE") && grep -qaF "$RABBITMQ_NODENAME" "/proc/$pid/cmdline" && kill -9 "$pid"
        fi
        epmd -port "$ERL_EPMD_PORT" -kill
        """;

    private readonly int _port = FreePort.Next();
    private readonly Dictionary<string, string> _environment;
    private readonly Watchdog _watchdog;
    private Process? _server;

    private RabbitNode()
    {
        _environment = [];
        _watchdog = Watchdog.Start("iij-rabbit-", _ => Cleanup, Describe);
    }

    public static RabbitNode Create()
    {
        if (!File.Exists(Path.Combine(Programs, "rabbitmq-server")))
        {
            throw new InvalidOperationException(
                $"No RabbitMQ in {Programs}: install the package 'rabbitmq-server' (Debian: apt-get install rabbitmq-server), " +
                $"or set {RabbitServer.Variable} to the amqp URI of a running broker.");
        }
        return new RabbitNode();
    }

    public Uri Uri(string virtualHost) => new($"amqp://guest:guest@127.0.0.1:{_port}/{System.Uri.EscapeDataString(virtualHost)}");

    public async Task StartAsync()
    {
        if (_server is { HasExited: false }) return;
        var shell = $"exec setsid {Programs}/rabbitmq-server </dev/null >>console.log 2>&1";
        _server?.Dispose();
        _server = Process.Start(Command.Describe(["bash", "-c", shell], _watchdog.Directory, _environment))!;
        var started = Stopwatch.StartNew();
        while (!await AmqpGreeting.IsAnsweredAsync(_port))
        {
            if (_server.HasExited || started.Elapsed > StartLimit)
            {
                var log = await File.ReadAllTextAsync(Path.Combine(_watchdog.Directory, "console.log"));
                throw new InvalidOperationException($"RabbitMQ did not start within {StartLimit}.\n{log}");
            }
            await Task.Delay(100);
        }
    }

    public async Task StopAsync()
    {
        if (_server is null or { HasExited: true }) return;
        await ControlAsync("stop", PidFile);
        await _server.WaitForExitAsync();
    }

    public async Task KillAsync()
    {
        if (_server is null or { HasExited: true }) return;
        using var node = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(PidFile), CultureInfo.InvariantCulture));
        node.Kill();
        await _server.WaitForExitAsync();
    }

    public async Task WipeAsync()
    {
        await StopAsync();
        Directory.Delete(_environment["RABBITMQ_MNESIA_BASE"], recursive: true);
    }

    public async Task ImportAsync(string definitions)
    {
        var file = Path.Combine(_watchdog.Directory, $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, definitions);
        await ControlAsync("import_definitions", file);
    }

    public Task<string> ControlAsync(params string[] arguments) =>
        Command.RunAsync([Path.Combine(Programs, "rabbitmqctl"), "--quiet", .. arguments], _watchdog.Directory, _environment);

    public async ValueTask DisposeAsync()
    {
        await _watchdog.DisposeAsync();
        _server?.Dispose();
    }

    private string PidFile => _environment["RABBITMQ_PID_FILE"];

    private Dictionary<string, string> Describe(string directory)
    {
        var settings = "raft.wal_max_size_bytes = 67108864\ndisk_free_limit.absolute = 50MB\n";
        File.WriteAllText(Path.Combine(directory, "rabbitmq.conf"), settings);
        File.WriteAllText(Path.Combine(directory, "plugins"), "[].\n");
        File.WriteAllText(Path.Combine(directory, "empty"), "");
        var mapper = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        _environment["HOME"] = directory;
        _environment["RABBITMQ_NODENAME"] = $"iij-{Guid.NewGuid():N}@localhost";
        _environment["RABBITMQ_MNESIA_BASE"] = Path.Combine(directory, "mnesia");
        _environment["RABBITMQ_LOG_BASE"] = Path.Combine(directory, "log");
        _environment["RABBITMQ_CONFIG_FILE"] = Path.Combine(directory, "rabbitmq.conf");
        _environment["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(directory, "plugins");
        _environment["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(directory, "empty");
        _environment["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1";
        _environment["RABBITMQ_NODE_PORT"] = _port.ToString(CultureInfo.InvariantCulture);
        _environment["RABBITMQ_DIST_PORT"] = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        _environment["RABBITMQ_PID_FILE"] = Path.Combine(directory, "pid");
        _environment["ERL_EPMD_ADDRESS"] = "127.0.0.1";
        _environment["ERL_EPMD_PORT"] = mapper;
        _environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}";
        return _environment;
    }
}

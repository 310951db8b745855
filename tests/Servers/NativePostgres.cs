using System.Globalization;

namespace Iij.Tests.Servers;

/// <summary>One private cluster: initdb and pg_ctl in a directory of its own, on loopback, fsync on.</summary>
internal sealed class NativePostgres : IPrivatePostgres
{
    private const string Installed = "/usr/lib/postgresql";
    private readonly string _programs;
    private readonly Watchdog _watchdog;
    private readonly int _port = FreePort.Next();
    private bool _runs;

    private NativePostgres(string programs)
    {
        _programs = programs;
        _watchdog = Watchdog.Start(
            "iij-postgres-",
            directory => $"cd '{directory}' && {string.Join(' ', As(programs, "pg_ctl"))} -D '{directory}/data' -m immediate -w -t 20 stop",
            _ => new Dictionary<string, string>());
    }

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres;Include Error Detail=true";

    private string Data => Path.Combine(_watchdog.Directory, "data");

    private string Copy => Path.Combine(_watchdog.Directory, "copy");

    /// <summary>Makes an empty cluster; nothing is started yet.</summary>
    /// <param name="disk">An empty folder for the data; null: one of its own. Segments of the log are small there, for a small disk.</param>
    public static async Task<NativePostgres> CreateAsync(string? disk = null)
    {
        var server = new NativePostgres(FindPrograms());
        if (disk is not null) File.CreateSymbolicLink(server.Data, disk);
        if (Environment.IsPrivilegedProcess) await Command.RunAsync(["chown", "-RL", "postgres", server._watchdog.Directory], "/");
        string[] options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
        if (disk is not null) options = [.. options, "--wal-segsize=1"];
        await server.RunAsync("initdb", ["--pgdata", server.Data, .. options]);
        await File.AppendAllTextAsync(Path.Combine(server.Data, "postgresql.conf"), server.Settings());
        return server;
    }

    public async Task StartAsync()
    {
        if (_runs) return;
        await RunAsync("pg_ctl", "--pgdata", Data, "--log", Path.Combine(Data, "server.log"), "-w", "-t", "60", "start");
        _runs = true;
    }

    public Task StopAsync() => StopAsync("fast");

    public Task CrashAsync() => StopAsync("immediate");

    public Task SaveAsync() => RunProgramAsync("cp", "-a", Data, Copy);

    public async Task RestoreAsync()
    {
        await RunProgramAsync("rm", "-rf", Data);
        await RunProgramAsync("cp", "-a", Copy, Data);
    }

    public async Task<bool> RunsAsync()
    {
        try
        {
            await RunAsync("pg_ctl", "--pgdata", Data, "status");
            return _runs = true;
        }
        catch (InvalidOperationException)
        {
            return _runs = false;
        }
    }

    public ValueTask DisposeAsync() => _watchdog.DisposeAsync();

    private static string FindPrograms()
    {
        var versions = Directory.Exists(Installed) ? Directory.GetDirectories(Installed) : [];
        return versions
            .Where(version => File.Exists(Path.Combine(version, "bin", "initdb")))
            .OrderByDescending(version => int.TryParse(Path.GetFileName(version), CultureInfo.InvariantCulture, out var n) ? n : 0)
            .Select(version => Path.Combine(version, "bin"))
            .FirstOrDefault()
            ?? throw new InvalidOperationException(
                $"No PostgreSQL under {Installed}: install the package 'postgresql' (Debian: apt-get install postgresql), " +
                $"or set {PostgresServer.Variable} to an Npgsql connection string of a superuser of a running server.");
    }

    /// <summary>PostgreSQL refuses to run as root, so root lends it the user that the package made.</summary>
    private static string[] As(string programs, string program) => Environment.IsPrivilegedProcess
        ? ["runuser", "-u", "postgres", "--", Path.Combine(programs, program)]
        : [Path.Combine(programs, program)];

    private async Task StopAsync(string mode)
    {
        if (!_runs) return;
        await RunAsync("pg_ctl", "--pgdata", Data, "-m", mode, "-w", "-t", "60", "stop");
        _runs = false;
    }

    private Task<string> RunAsync(string program, params string[] arguments) =>
        Command.RunAsync([.. As(_programs, program), .. arguments], _watchdog.Directory);

    private Task<string> RunProgramAsync(params string[] words) => Command.RunAsync(words, _watchdog.Directory);

    private string Settings() =>
        $"""

        listen_addresses = '127.0.0.1'
        port = {_port}
        unix_socket_directories = '{_watchdog.Directory}'
        max_connections = 200
        fsync = on
        timezone = 'UTC'
        """ + "\n";
}

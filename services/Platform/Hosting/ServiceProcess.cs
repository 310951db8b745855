using System.CommandLine;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Iij.Platform;

/// <summary>What a process is made of: the service it serves, and the bus that the service publishes on or is fed by.</summary>
public sealed record AssembledProcess(WebApplication Service, EventBus Bus);

/// <summary>
/// A process of its own, configured by appsettings.json, the files of /run/secrets (or of the folder IIJ_SECRETS names; a file is named
/// as its setting, Storage__ConnectionString), environment variables and arguments, each over the ones before. Without a verb it
/// serves until it is stopped: it listens at once, is ready when its database is, and then starts the bus; an unavailable broker delays
/// nothing. "migrate" brings the schema up to date and ends; "health" asks the running process and ends. Exit 2: a setting
/// or a database that waiting does not help.
/// </summary>
public static class ServiceProcess
{
    private static readonly string _secretsFolder = Environment.GetEnvironmentVariable("IIJ_SECRETS") ?? "/run/secrets";
    private const int Unusable = 2;
    private static readonly TimeSpan _migrateMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _answerMax = TimeSpan.FromSeconds(3);

    /// <summary>Runs a process to its exit code.</summary>
    /// <param name="args">A verb, and settings as --Storage:Engine=postgres.</param>
    /// <param name="assemble">Builds the service, given its settings; nothing is connected to yet.</param>
    public static Task<int> RunAsync(string[] args, Func<ServiceSettings, AssembledProcess> assemble)
    {
        var command = new RootCommand("Serves until it is told to stop (SIGTERM, Ctrl-C). Settings come from appsettings.json, files in "
            + $"{_secretsFolder}, environment variables (Storage__Engine=postgres) and arguments (--Storage:Engine=postgres); see docs/configuration.md.");
        Add(command, async (settings, stop) => await ServeAsync(assemble(settings)));
        var migrate = new Command("migrate", "Bring the database schema up to date with the role that owns it, and grant Storage:ServingRole its rights.");
        Add(migrate, (settings, stop) => MigrateAsync(settings, assemble, stop));
        var health = new Command("health", "Ask the process that runs with these settings whether it serves: exit 0 if so, 1 if not.");
        Add(health, HealthAsync);
        command.Add(migrate);
        command.Add(health);
        return command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static void Add(Command command, Func<ServiceSettings, CancellationToken, Task<int>> act)
    {
        command.TreatUnmatchedTokensAsErrors = false; // they are settings
        command.SetAction(async (parsed, stop) =>
        {
            try
            {
                return await act(Read([.. parsed.UnmatchedTokens]), stop);
            }
            catch (Exception error) when (error is SettingsException or SchemaException)
            {
                await Console.Error.WriteLineAsync(error.Message);
                return Unusable;
            }
            catch (IOException error) when (error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
            {
                await Console.Error.WriteLineAsync($"setting Listen or Observe: {error.Message}");
                return Unusable;
            }
        });
    }

    private static ServiceSettings Read(string[] arguments)
    {
        // A word that is neither a setting nor its value is a verb that does not exist; serving instead of it would be the wrong thing.
        var verb = arguments.Where((word, at) => !IsSetting(word) && (at == 0 || !IsName(arguments[at - 1]))).FirstOrDefault();
        if (verb is not null)
            throw new SettingsException(verb, "is neither a verb (migrate, health) nor a setting such as --Storage:Engine=postgres");
        return ServiceSettings.Read(new ConfigurationBuilder().AddJsonFile("appsettings.json", optional: true)
            .AddInMemoryCollection(SecretFiles.Read(_secretsFolder)).AddEnvironmentVariables().AddCommandLine(arguments).Build());
    }

    private static bool IsSetting(string word) => word.StartsWith('-') || word.StartsWith('/') || word.Contains('=');

    // "--Storage:Engine postgres": the value is the next word.
    private static bool IsName(string word) => word.StartsWith("--", StringComparison.Ordinal) && !word.Contains('=');

    private static async Task<int> ServeAsync(AssembledProcess process)
    {
        using var telemetry = Telemetry.Export();
        var service = process.Service;
        service.Services.GetRequiredService<BusHealth>().Bus = process.Bus;
        try
        {
            await service.StartAsync();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(service.Lifetime.ApplicationStopping);
            var ended = service.WaitForShutdownAsync(stop.Token);
            var prepared = PrepareAsync(process, stop.Token);
            if (await Task.WhenAny(prepared, ended) == prepared)
                await prepared; // throws where waiting does not help
            await ended;
            await prepared.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
        finally
        {
            // Requests first, then the relay with its last look at the outbox; then the bus, and what it feeds at the very end.
            await service.StopAsync();
            await process.Bus.DisposeAsync();
            await service.DisposeAsync();
        }
    }

    private static async Task PrepareAsync(AssembledProcess process, CancellationToken stop)
    {
        await process.Service.Services.GetRequiredService<Readiness>().PrepareUntilReadyAsync(stop);
        await process.Bus.ConnectAsync(stop);
    }

    private static async Task<int> MigrateAsync(ServiceSettings settings, Func<ServiceSettings, AssembledProcess> assemble, CancellationToken stop)
    {
        settings.Storage.Migrate = true;
        await using var service = assemble(settings).Service;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_migrateMax);
        try
        {
            await service.Services.GetRequiredService<Readiness>().PrepareUntilReadyAsync(limit.Token);
            await Console.Error.WriteLineAsync("the schema is up to date");
            return 0;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"the database could not be prepared within {_migrateMax}; the lines above say why");
            return 1;
        }
    }

    private static async Task<int> HealthAsync(ServiceSettings settings, CancellationToken stop)
    {
        // What listens at every address of this machine is asked at the loopback.
        var address = settings.Listen.Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal).Replace("//[::]", "//[::1]", StringComparison.Ordinal);
        var answer = await AskAsync(address, stop);
        await Console.Out.WriteLineAsync($"{address} {answer}");
        return answer == nameof(HealthCheckResponse.Types.ServingStatus.Serving) ? 0 : 1;
    }

    private static async Task<string> AskAsync(string address, CancellationToken stop)
    {
        try
        {
            using var channel = GrpcChannel.ForAddress(address);
            var answer = await new Health.HealthClient(channel).CheckAsync(
                new HealthCheckRequest(), deadline: TimeProvider.System.GetUtcNow().Add(_answerMax).UtcDateTime, cancellationToken: stop);
            return answer.Status.ToString();
        }
        catch (RpcException error)
        {
            return $"{error.StatusCode}: {error.Status.Detail}";
        }
    }
}

using System.CommandLine;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Iij.Platform;

/// <summary>What a process is made of: the services it serves, the main one first, and the bus they publish on and are fed by.</summary>
public sealed record AssembledProcess(IReadOnlyList<WebApplication> Services, EventBus Bus);

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
    /// <param name="sections">Where the settings of its services are, one each; empty is the root.</param>
    /// <param name="assemble">Builds the services, given their settings; nothing is connected to yet.</param>
    public static Task<int> RunAsync(
        string[] args, IReadOnlyList<string> sections, Func<IReadOnlyList<ServiceSettings>, AssembledProcess> assemble)
    {
        var command = new RootCommand("Serves until it is told to stop (SIGTERM, Ctrl-C). Settings come from appsettings.json, files in "
            + $"{_secretsFolder}, environment variables (Storage__Engine=postgres) and arguments (--Storage:Engine=postgres); see docs/configuration.md.");
        Add(command, async (settings, stop) => await ServeAsync(assemble(settings)), sections);
        var migrate = new Command("migrate", "Bring the database schema up to date with the role that owns it, and grant Storage:ServingRole its rights.");
        Add(migrate, (settings, stop) => MigrateAsync(settings, assemble, stop), sections);
        var health = new Command("health", "Ask the process that runs with these settings whether it serves: exit 0 if so, 1 if not.");
        Add(health, HealthAsync, sections);
        command.Add(migrate);
        command.Add(health);
        return command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static void Add(
        Command command, Func<IReadOnlyList<ServiceSettings>, CancellationToken, Task<int>> act, IReadOnlyList<string> sections)
    {
        command.TreatUnmatchedTokensAsErrors = false; // they are settings
        command.SetAction(async (parsed, stop) =>
        {
            try
            {
                return await act(Read([.. parsed.UnmatchedTokens], sections), stop);
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

    private static List<ServiceSettings> Read(string[] arguments, IReadOnlyList<string> sections)
    {
        var configuration = new ConfigurationBuilder().AddJsonFile("appsettings.json", optional: true)
            .AddKeyPerFile(_secretsFolder, optional: true).AddEnvironmentVariables().AddCommandLine(arguments).Build();
        return sections.Select(section => ServiceSettings.Read(section.Length == 0 ? configuration : configuration.GetSection(section))).ToList();
    }

    private static async Task<int> ServeAsync(AssembledProcess process)
    {
        var main = process.Services[0];
        try
        {
            foreach (var service in process.Services)
                await service.StartAsync();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(main.Lifetime.ApplicationStopping);
            var ended = main.WaitForShutdownAsync(stop.Token);
            var prepared = PrepareAsync(process, stop.Token);
            if (await Task.WhenAny(prepared, ended) == prepared)
                await prepared; // throws where waiting does not help
            await ended;
            await prepared.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
        finally
        {
            // Requests first, then the relays, each with its last look at the outbox; then the bus, and what it feeds at the very end.
            foreach (var service in process.Services)
                await service.StopAsync();
            await process.Bus.DisposeAsync();
            foreach (var service in process.Services)
                await service.DisposeAsync();
        }
    }

    private static async Task PrepareAsync(AssembledProcess process, CancellationToken stop)
    {
        await Task.WhenAll(process.Services.Select(service => service.Services.GetRequiredService<Readiness>().PrepareUntilReadyAsync(stop)));
        await process.Bus.ConnectAsync(stop);
    }

    private static async Task<int> MigrateAsync(
        IReadOnlyList<ServiceSettings> settings, Func<IReadOnlyList<ServiceSettings>, AssembledProcess> assemble, CancellationToken stop)
    {
        foreach (var one in settings)
            one.Storage.Migrate = true;
        var process = assemble(settings);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_migrateMax);
        try
        {
            foreach (var service in process.Services)
                await service.Services.GetRequiredService<Readiness>().PrepareUntilReadyAsync(limit.Token);
            await Console.Error.WriteLineAsync("the schema is up to date");
            return 0;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"the database could not be prepared within {_migrateMax}; the lines above say why");
            return 1;
        }
        finally
        {
            foreach (var service in process.Services)
                await service.DisposeAsync();
        }
    }

    private static async Task<int> HealthAsync(IReadOnlyList<ServiceSettings> settings, CancellationToken stop)
    {
        var serving = true;
        foreach (var address in settings.Select(one => one.Listen.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)))
        {
            var answer = await AskAsync(address, stop);
            await Console.Out.WriteLineAsync($"{address} {answer}");
            serving &= answer == nameof(HealthCheckResponse.Types.ServingStatus.Serving);
        }

        return serving ? 0 : 1;
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

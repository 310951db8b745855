using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using System.Net;

namespace Iij.Platform;

/// <summary>What every service process is made of: an h2c gRPC endpoint with errors, health and reflection, and one database.</summary>
public static class ServiceHost
{
    /// <summary>A builder with everything that no service is without.</summary>
    /// <param name="settings">What the process is told.</param>
    /// <param name="domain">Who names the reasons of refusals, such as "atmoperations.iij".</param>
    /// <param name="database">The service's one database.</param>
    public static WebApplicationBuilder CreateBuilder(ServiceSettings settings, string domain, Database database)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        // A person's terminal shows figures; what went wrong goes to the other stream.
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, new Uri(settings.Listen)));
        builder.Services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<RefusalInterceptor>(domain);
            grpc.MaxReceiveMessageSize = 4 * 1024 * 1024;
        });
        // Made by a function, so that the container disposes it: an instance handed in would keep its connections open.
        builder.Services.AddSingleton(settings).AddSingleton(_ => database).AddSingleton(TimeProvider.System)
            .AddSingleton<SchemaRunner>().AddSingleton<RequestStore>().AddSingleton<Requests>();
        builder.Services.AddSingleton<IStartupFilter>(new UnreadableMessages(domain));
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        return builder;
    }

    /// <summary>Maps health and reflection beside the services that are already mapped.</summary>
    public static void MapStandardServices(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGrpcService<HealthService>();
        app.MapGrpcService<ReflectionService>();
    }

    /// <summary>The address the service really listens on, once it has started.</summary>
    public static Uri Address(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        return new Uri(addresses.Addresses.First());
    }

    /// <summary>
    /// Runs a process of its own until it is told to stop, configured by appsettings.json, then environment variables, then arguments.
    /// A wrong setting or a foreign database ends it with one line that says what to do, exit 2.
    /// </summary>
    public static async Task<int> RunAsync(string[] args, Func<IConfiguration, Task<IReadOnlyList<WebApplication>>> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        try
        {
            var apps = await build(new ConfigurationBuilder()
                .AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables().AddCommandLine(args).Build());
            foreach (var app in apps)
                await app.StartAsync();
            await apps[0].WaitForShutdownAsync();
            // The first has stopped; what hangs on the others' stopping (the bus they are fed by) must end before they are disposed.
            foreach (var app in apps.Skip(1))
                await app.StopAsync();
            foreach (var app in apps.Reverse())
                await app.DisposeAsync();
            return 0;
        }
        catch (Exception error) when (error is SettingsException or SchemaException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 2;
        }
    }

    private static void Listen(KestrelServerOptions kestrel, Uri address)
    {
        kestrel.AddServerHeader = false;
        var host = address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(address.Host);
        kestrel.Listen(host, address.Port, endpoint => endpoint.Protocols = HttpProtocols.Http2);
    }

    private sealed class DatabaseHealth(Database database, RequestStore store) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await database.ReadAsync(store.ProbeAsync, cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                return HealthCheckResult.Unhealthy("the database does not answer", error);
            }
        }
    }
}

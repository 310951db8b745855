using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using System.Net;

namespace Iij.Platform;

/// <summary>The common parts of every service process: an h2c gRPC endpoint with errors, health and reflection, and one database.</summary>
public static class ServiceHost
{
    private const string LivenessTag = "liveness";
    private static readonly TimeSpan _healthWatchPeriod = TimeSpan.FromSeconds(5); // how old the status is that a health Watch sends
    private static readonly TimeSpan _stopMax = TimeSpan.FromSeconds(15); // for calls and background work; deploy grants a process 40 seconds in all
    private const int RequestLineBytesMax = 32 * 1024; // what a stream watches is in its address, some hundred names of lines

    /// <summary>A builder with the parts that every service needs.</summary>
    /// <param name="settings">The settings of the process.</param>
    /// <param name="domain">The domain of error reasons, such as "atmoperations.iij".</param>
    /// <param name="database">The service's one database.</param>
    public static WebApplicationBuilder CreateBuilder(ServiceSettings settings, string domain, Database database)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var builder = WebApplication.CreateSlimBuilder();
        LogLines.Use(builder.Logging).SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical); // who asks is told; Readiness says what it waits for
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = RequestLineBytesMax;
            kestrel.Limits.MaxRequestHeadersTotalSize = UnreadableMessages.HeadersReadMax;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = UnreadableMessages.HeadersReadMax;
            Listen(kestrel, settings.Listen, HttpProtocols.Http2, Listener.Grpc);
            if (settings.Http.Length > 0)
                Listen(kestrel, settings.Http, HttpProtocols.Http1, Listener.Http);
            if (settings.Observe.Length > 0)
                Listen(kestrel, settings.Observe, HttpProtocols.Http1, Listener.Observe);
        });
        builder.Services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<RefusalInterceptor>(domain);
            grpc.MaxReceiveMessageSize = UnreadableMessages.BytesMax;
        }).AddJson();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _stopMax);
        OpenApi.Add(builder.Services);
        TokenAuthentication.Add(builder.Services, settings.Identity);
        // Made by a function, so that the container disposes it: an instance handed in would keep its connections open.
        builder.Services.AddSingleton(settings).AddSingleton(_ => database).AddSingleton(TimeProvider.System)
            .AddSingleton<SchemaRunner>().AddSingleton<RequestStore>().AddSingleton<Requests>().AddSingleton<Readiness>();
        builder.Services.AddSingleton<IStartupFilter>(new CallStatus()).AddSingleton<IStartupFilter>(new UnreadableMessages(domain));
        builder.Services.AddGrpcReflection();
        AddHealth(builder.Services, domain.Split('.')[0]);
        return builder;
    }

    /// <summary>Maps health, reflection, the description of the JSON and what operators look at, beside the services already mapped.</summary>
    /// <param name="app">The service.</param>
    /// <param name="json">The listener of the JSON.</param>
    public static void MapStandardServices(this WebApplication app, Listener json = Listener.Grpc)
    {
        ArgumentNullException.ThrowIfNull(app);
        OpenApi.Map(app, json);
        app.MapGrpcHealthChecksService();
        if (app.Services.GetRequiredService<ServiceSettings>().Identity is { IsOn: false } or { IsEmbedded: true })
            app.MapGrpcReflectionService(); // it would tell a caller without a token what there is
        app.UseListeners();
        app.MapObservation();
    }

    /// <summary>Prepares a service at once, for a caller that starts it only when it can serve; it is disposed where that fails.</summary>
    public static async Task<WebApplication> PreparedAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        try
        {
            await app.Services.GetRequiredService<Readiness>().PrepareAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync(); // a refused database is let go
            throw;
        }
    }

    /// <summary>The address on which the started service listens.</summary>
    public static Uri Address(this WebApplication app) => Addresses(app)[0];

    /// <summary>The address of its HTTP API, once it has started; null where the settings name none.</summary>
    public static Uri? HttpAddress(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Services.GetRequiredService<ServiceSettings>().Http.Length > 0 ? Addresses(app)[1] : null;
    }

    // grpc.health.v1: the empty name asks whether the service can serve, "liveness" whether the process answers.
    private static void AddHealth(IServiceCollection services, string service)
    {
        services.AddSingleton<BusHealth>().AddSingleton<ClockHealth>();
        services.AddSingleton(provider => new HealthStates(service, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<IHealthCheckPublisher>(provider => provider.GetRequiredService<HealthStates>());
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database").AddCheck<BusHealth>("bus").AddCheck<ClockHealth>("clock");
        services.AddGrpcHealthChecks(health =>
        {
            health.Services.Map("", check => !check.Tags.Contains(LivenessTag));
            health.Services.Map(LivenessTag, check => check.Tags.Contains(LivenessTag));
        }).AddCheck("process", () => HealthCheckResult.Healthy(), [LivenessTag]);
        services.Configure<HealthCheckPublisherOptions>(publisher => (publisher.Delay, publisher.Period) = (TimeSpan.Zero, _healthWatchPeriod));
    }

    // In the order in which they were listened on.
    private static List<Uri> Addresses(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(each => new Uri(each)).ToList();
    }

    private static void Listen(KestrelServerOptions kestrel, string address, HttpProtocols protocols, Listener listener)
    {
        var uri = new Uri(address);
        var host = uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(uri.Host);
        kestrel.Listen(host, uri.Port, endpoint =>
        {
            endpoint.Protocols = protocols;
            Listeners.Mark(endpoint, listener);
        });
    }
}

using System.Reflection;
using Iij.Closing.V1;
using Iij.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Iij.Closing;

/// <summary>Assembles a source: its store, its rules, the close and its own gRPC service on one address.</summary>
public static class SourceHost
{
    /// <summary>Runs a source as a process of its own, with its own bus.</summary>
    public static Task<int> RunAsync<TSource, TStore, TService>(string[] args, TimeProvider? clock = null)
        where TSource : class, ISource
        where TStore : class
        where TService : class =>
        ServiceProcess.RunAsync(args, settings =>
        {
            var bus = EventBus.Create(settings.Bus);
            return new AssembledProcess(Build<TSource, TStore, TService>(settings, bus.PublishAsync, clock), bus);
        });

    /// <summary>Builds a source that publishes through a given bus and can serve when this returns.</summary>
    public static Task<WebApplication> BuildAsync<TSource, TStore, TService>(
        ServiceSettings settings, PublishPeriodEvent publish, TimeProvider? clock = null)
        where TSource : class, ISource
        where TStore : class
        where TService : class =>
        Build<TSource, TStore, TService>(settings, publish, clock).PreparedAsync();

    /// <summary>Builds a source that publishes through a given bus; its <see cref="Readiness"/> is still to be prepared.</summary>
    public static WebApplication Build<TSource, TStore, TService>(
        ServiceSettings settings, PublishPeriodEvent publish, TimeProvider? clock = null)
        where TSource : class, ISource
        where TStore : class
        where TService : class
    {
        var (assembly, domain) = (typeof(TSource).Assembly, Domain(typeof(TService)));
        var builder = ServiceHost.CreateBuilder(settings, domain, settings.OpenDatabase());
        builder.Services.AddSingleton(publish).AddSingleton<TStore>().AddSingleton<ISource, TSource>()
            .AddSingleton<JournalStore>().AddSingleton<PeriodStore>().AddSingleton<Journal>().AddSingleton<EntryReader>()
            .AddSingleton<PeriodClose>().AddSingleton<EditionLockStore>().AddSingleton<EditionLocks>().AddSingleton<Incarnations>().AddSingleton<Audit>()
            .AddSingleton<Signer>().AddSingleton<EventSignatures>().AddHostedService(services => services.GetRequiredService<Signer>())
            .AddSingleton<PrepareService>(services => () => PrepareAsync(services, assembly))
            .AddSingleton<Relay>().AddHostedService(services => services.GetRequiredService<Relay>());
        builder.Services.AddHealthChecks().AddCheck<OutboxHealth>("outbox");
        if (clock is not null)
            builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(services => new CallAccess(
            settings, services.GetRequiredService<ISource>().Name, ClosingService.Descriptor, Contract(typeof(TService))));
        var app = builder.Build();
        _ = app.Services.GetRequiredService<CallAccess>(); // throws where a method does not say who may call it
        if (settings.Identity.IsOn)
            app.UseAuthentication();
        app.MapGrpcService<ClosingGrpcService>().WithJson(Listener.Grpc, domain);
        app.MapGrpcService<TService>().WithJson(Listener.Grpc, domain);
        app.MapStandardServices();
        return app;
    }

    private static async Task PrepareAsync(IServiceProvider services, Assembly source)
    {
        await services.GetRequiredService<SchemaRunner>().PrepareAsync(typeof(SourceHost).Assembly, source);
        await services.GetRequiredService<Database>().WriteAsync(services.GetRequiredService<Incarnations>().IntroduceAsync);
    }

    // The package of the source's own contract names its reasons: "atmoperations.iij" of iij.atmoperations.v1.
    private static string Domain(Type service) => Contract(service).File.Package.Split('.')[1] + ".iij";

    private static ServiceDescriptor Contract(Type service) =>
        service.BaseType?.DeclaringType?.GetProperty("Descriptor")?.GetValue(null) as ServiceDescriptor
            ?? throw new ArgumentException($"{service} derives from no class that a proto was compiled to", nameof(service));
}

using System.Reflection;
using Iij.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Iij.Closing;

/// <summary>Assembles a source: its store, its rules, the close and its own gRPC service on one address.</summary>
public static class SourceHost
{
    /// <summary>Runs a source as a process of its own, with its own bus.</summary>
    public static Task<int> RunAsync<TSource, TStore, TService>(string[] args, TimeProvider? clock = null)
        where TSource : class, ISource
        where TStore : class
        where TService : class =>
        ServiceHost.RunAsync(args, async Task<IReadOnlyList<WebApplication>> (configuration) =>
        {
            var settings = ServiceSettings.Read(configuration);
            var bus = await EventBus.StartAsync(settings.Bus);
            var app = await BuildAsync<TSource, TStore, TService>(settings, bus.PublishAsync, clock);
            app.Lifetime.ApplicationStopped.Register(() => bus.DisposeAsync().AsTask().Wait());
            return [app];
        });

    /// <summary>Builds a source that publishes through a given bus: its schema is brought up to date and its identity exists when this returns.</summary>
    public static async Task<WebApplication> BuildAsync<TSource, TStore, TService>(
        ServiceSettings settings, PublishPeriodEvent publish, TimeProvider? clock = null)
        where TSource : class, ISource
        where TStore : class
        where TService : class
    {
        var assembly = typeof(TSource).Assembly;
        var builder = ServiceHost.CreateBuilder(settings, Domain(assembly), settings.OpenDatabase());
        builder.Services.AddSingleton(publish).AddSingleton<TStore>().AddSingleton<ISource, TSource>()
            .AddSingleton<JournalStore>().AddSingleton<PeriodStore>().AddSingleton<Journal>()
            .AddSingleton<PeriodClose>().AddSingleton<Audit>()
            .AddSingleton<Relay>().AddHostedService(services => services.GetRequiredService<Relay>());
        if (clock is not null)
            builder.Services.AddSingleton(clock);
        var app = builder.Build();
        app.MapGrpcService<ClosingGrpcService>();
        app.MapGrpcService<TService>();
        app.MapStandardServices();
        try
        {
            await app.Services.GetRequiredService<SchemaRunner>().MigrateAsync(typeof(SourceHost).Assembly, assembly);
            await IntroduceAsync(app.Services);
            return app;
        }
        catch
        {
            await app.DisposeAsync(); // a refused database is let go
            throw;
        }
    }

    private static string Domain(Assembly source) => source.GetName().Name!["Iij.".Length..].ToLowerInvariant() + ".iij";

    private static async Task IntroduceAsync(IServiceProvider services)
    {
        var (store, source) = (services.GetRequiredService<PeriodStore>(), services.GetRequiredService<ISource>());
        await services.GetRequiredService<Database>().WriteAsync(async transaction =>
        {
            var known = await store.FindSourceAsync(transaction);
            if (known is null)
                await store.CreateSourceAsync(transaction, source.Name, Guid.NewGuid().ToString());
            else if (known.Name != source.Name)
                throw new SchemaException($"the database belongs to the source \"{known.Name}\", not to \"{source.Name}\"; choose another");
            return true;
        });
    }
}

using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.Feed;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>Assembles reporting: inbox, view, gap filler and its gRPC service on one address.</summary>
public static class ReportingHost
{
    /// <summary>The domain of the reasons that reporting refuses with.</summary>
    internal const string Domain = "reporting.iij";

    /// <summary>Builds reporting; it can serve when this returns.</summary>
    public static Task<WebApplication> BuildAsync(ServiceSettings settings, TimeProvider? clock = null) => Build(settings, clock).PreparedAsync();

    /// <summary>Builds reporting; its <see cref="Readiness"/> is still to be prepared.</summary>
    public static WebApplication Build(ServiceSettings settings, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var builder = ServiceHost.CreateBuilder(settings, Domain, settings.OpenDatabase());
        builder.Services.AddSingleton<ReportingStore>().AddSingleton<DeadLetterStore>()
            .AddSingleton(services => new PublicKeys(settings.Signing.PublicKeys, services.GetRequiredService<TimeProvider>()))
            .AddHostedService<PublicKeysRequired>().AddSingleton<EventInbox>().AddSingleton<DeadLetters>()
            .AddSingleton<Views>().AddSingleton<Publications>().AddSingleton<Preview>().AddSingleton<Answers>().AddSingleton<EditionAnswers>()
            .AddSingleton<PresentAnswers>().AddSingleton<FigureHistory>()
            .AddSingleton<Explanations>().AddSingleton<EntrySums>().AddSingleton<WhatIf>().AddSingleton<FigureEntries>()
            .AddSingleton<GroupAccounting>().AddSingleton<LineStore>().AddSingleton<LineDefinitions>().AddSingleton<TargetDeviations>()
            .AddSingleton<EditionStore>().AddSingleton<SignOff>().AddSingleton<SourceFence>().AddSingleton<Approval>()
            .AddHostedService(services => services.GetRequiredService<Approval>())
            .AddSingleton<TakeDeadMessage>(services => services.GetRequiredService<DeadLetters>().TakeAsync).AddHostedService<DeadLetterReader>()
            .AddSingleton<PrepareService>(services => () => PrepareAsync(services))
            .AddSingleton<FeedStore>().AddSingleton<ResumeTokens>().AddSingleton<SubjectStates>().AddSingleton<Topics>().AddSingleton<ViewFeed>()
            .AddHostedService(services => services.GetRequiredService<ViewFeed>())
            .AddSingleton<IncarnationsHealth>().AddSingleton<Peers>().AddSingleton<CopyDetector>().AddSingleton<GapFiller>()
            .AddHostedService(services => services.GetRequiredService<GapFiller>());
        AddRecords(builder.Services);
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<TokenIssuer>().AddSingleton<ServiceToken>()
            .AddSingleton(new CallAccess(settings, "", ReportingService.Descriptor, RemarkService.Descriptor, FeedService.Descriptor));
        AddPeople(builder.Services, settings);
        AddChecks(builder.Services.AddHealthChecks());
        if (clock is not null)
            builder.Services.AddSingleton(clock);
        var app = builder.Build();
        UseServices(app);
        return app;
    }

    private static void UseServices(WebApplication app)
    {
        app.UseHttpListener();
        app.UseRouting(); // after it: HEAD is routed as GET
        app.UseAuthentication();
        app.UseHttpApi();
        app.MapGrpcService<ReportingGrpcService>().WithJson(Listener.Http, Domain);
        app.MapGrpcService<RemarkGrpcService>().WithJson(Listener.Http, Domain);
        app.MapGrpcService<FeedGrpcService>();
        app.MapPage();
        app.MapHttpApi();
        app.MapSignIn();
        app.MapStandardServices(Listener.Http);
    }

    // Who reads and acts at the page.
    private static void AddPeople(IServiceCollection services, ServiceSettings settings)
    {
        SignIn.Add(services, settings.Identity);
        if (!settings.Identity.IsOn)
            ActorAuthentication.Add(services, settings);
    }

    private static void AddChecks(IHealthChecksBuilder checks) => checks
        .AddCheck<DeadLetters>("dead_letters").AddCheck<RecordAudit>("records")
        .AddCheck<SourcesHealth>("sources").AddCheck<IncarnationsHealth>("incarnations");

    // What binds the records together, and verifies them.
    private static void AddRecords(IServiceCollection records) => records
        .AddSingleton<Signer>().AddHostedService(services => services.GetRequiredService<Signer>())
        .AddSingleton<RecordStore>().AddSingleton<RemarkStore>().AddSingleton<HistoryReader>().AddSingleton<RecordChain>()
        .AddSingleton<RecordAudit>().AddHostedService(services => services.GetRequiredService<RecordAudit>());

    /// <summary>The consumer of period events for the bus.</summary>
    public static ConsumePeriodEvent Consumer(WebApplication reporting)
    {
        ArgumentNullException.ThrowIfNull(reporting);
        return reporting.Services.GetRequiredService<EventInbox>().ConsumeAsync;
    }

    private static async Task PrepareAsync(IServiceProvider services)
    {
        await services.GetRequiredService<SchemaRunner>().PrepareAsync(typeof(ReportingHost).Assembly);
        if (!services.GetRequiredService<Signer>().HasKey)
            return; // "migrate" brings the schema alone: what reporting stores is signed
        await DefineFirstLinesAsync(services);
        await BindRecordsAsync(services);
        await services.GetRequiredService<Database>().WriteAsync(services.GetRequiredService<ResumeTokens>().PrepareAsync);
    }

    // What an earlier version left is completed before it is bound. With altered records the service starts all the same, to say which.
    private static async Task BindRecordsAsync(IServiceProvider services)
    {
        var (database, chain) = (services.GetRequiredService<Database>(), services.GetRequiredService<RecordChain>());
        try
        {
            await database.WriteAsync(services.GetRequiredService<SignOff>().AdoptAsync);
        }
        catch (Refusal altered) when (RecordChain.IsAltered(altered))
        {
            // The audit at the start tells it, and every read is refused.
        }

        await database.WriteAsync(chain.BeginAsync);
        database.BeforeCommit = chain.BindAsync;
        var (views, feed) = (services.GetRequiredService<Views>(), services.GetRequiredService<ViewFeed>());
        var store = services.GetRequiredService<ReportingStore>();
        database.AfterCommit = transaction =>
        {
            if (store.FirstBeforeOf(transaction) is null)
                return;
            views.Moved();
            feed.Wake();
        };
    }

    private static async Task DefineFirstLinesAsync(IServiceProvider services)
    {
        var (lines, clock) = (services.GetRequiredService<LineStore>(), services.GetRequiredService<TimeProvider>());
        await services.GetRequiredService<Database>().WriteAsync(async transaction =>
        {
            if (await lines.CountVersionsAsync(transaction) == 0)
                await lines.InsertVersionAsync(transaction, new LineVersion(1, 0, clock.Now().ToMicroseconds(), LineModel.ReadBuiltIn(), "built in"));
            return true;
        });
    }
}

using Iij.Client;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Local;
using Iij.Local.Ledger;
using Iij.Reporting;
using Iij.Reporting.V1;
using Iij.Tests.Oracle;
using NodaTime;

namespace Iij.Tests.Cli;

/// <summary>The services in this process with their endpoints file; a folder of their own.</summary>
public class Books : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-cli-").FullName;

    public LocalServices Services { get; private set; } = null!;

    public string Endpoints => PathOf("endpoints.json");

    public ReportingService.ReportingServiceClient Reporting => new(Services.Channels["reporting"]);

    public ClosingService.ClosingServiceClient Closing(string source) => new(Services.Channels[source]);

    public Iij Iij(string? actor = null) => new(Endpoints, actor);

    public string PathOf(string name) => Path.Combine(_folder, name);

    public virtual Task InitializeAsync() => StartAsync();

    /// <summary>Ends the services; they leave their databases and the endpoints file behind.</summary>
    public async Task StopAsync() => await Services.DisposeAsync();

    /// <summary>Starts the services, on ports of their own each time.</summary>
    public async Task StartAsync()
    {
        Services = await LocalServices.StartAsync(name => PathOf(name + ".db"), port: 0, relay: true);
        await File.WriteAllTextAsync(Endpoints, EndpointsFile.Write(Services.Endpoints));
    }

    public async Task DisposeAsync()
    {
        await Services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Waits until reporting has every event.</summary>
    public async Task ArriveAsync() => Assert.True(await new TieOut(Services.Channels, TimeProvider.System).WaitAsync(default));

    public static Grpc.Core.CallOptions As(string actor) => new(new Grpc.Core.Metadata { { ActorMetadata.Key, actor } });
}

/// <summary>The books of a small generated ledger, closed; nobody changes them.</summary>
public sealed class ClosedBooks : Books
{
    private const int Seed = 71; // fourteen months: most figures have a year before, some have none

    public LedgerFolder Ledger { get; private set; } = null!;

    /// <summary>The last month that every source has closed.</summary>
    public YearMonth LastMonth => Ledger.ClosedMonths.Values.Min(months => months[^1]);

    public string Month => LastMonth.ToIso();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        LedgerGenerator.Generate(Seed, new(MonthsMin: 14, MonthsMax: 14, AtmDaysMax: 200, OrdersMax: 10)).Write(PathOf("inputs"));
        Ledger = LedgerReader.Read(PathOf("inputs/ledger"), LineModel.ReadBuiltIn());
        var loader = new LedgerLoader(Services.Channels, Ledger);
        await loader.LoadAsync((_, _, _) => { }, default);
        await loader.CloseAsync((_, _, _) => { }, default);
        await ArriveAsync();
    }
}

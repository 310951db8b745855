using Iij.Client;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Group.V1;
using Iij.Local;
using Iij.Local.Ledger;
using Iij.Reporting;
using Iij.Reporting.V1;
using Iij.Tests.Model;
using Iij.Tests.Oracle;
using Iij.Tests.Servers;
using NodaTime;

namespace Iij.Tests.Dashboard;

/// <summary>The services with the books of a small generated ledger, closed but for what a test does; always at the same addresses.</summary>
internal sealed class Books : IAsyncDisposable
{
    private const int Seed = 71; // fourteen months: most figures have a year before, some have none
    private const int Services = 8; // in a row: the issuer, then six services and the page

    private readonly string _folder = Directory.CreateTempSubdirectory("iij-page-").FullName;
    private readonly int _port = FreePort.Next(Services) + 1;
    private LocalServices? _services;
    private LedgerFolder _ledger = null!;
    private int _requests;

    public Uri Page => _services!.Http!;

    /// <summary>The last month that every source has closed.</summary>
    public YearMonth Last => _ledger.ClosedMonths.Values.Min(months => months[^1]);

    public ReportingService.ReportingServiceClient Reporting => new(_services!.Channels["reporting"]);

    public ClosingService.ClosingServiceClient Closing(string source) => new(_services!.Channels[source]);

    /// <summary>Books in which nothing is recorded.</summary>
    public static async Task<Books> EmptyAsync()
    {
        var books = new Books();
        await books.StartAsync();
        return books;
    }

    public static async Task<Books> OpenAsync()
    {
        var books = await EmptyAsync();
        LedgerGenerator.Generate(Seed, new(MonthsMin: 14, MonthsMax: 14, AtmDaysMax: 200, OrdersMax: 10)).Write(Path.Combine(books._folder, "inputs"));
        books._ledger = LedgerReader.Read(Path.Combine(books._folder, "inputs/ledger"), LineModel.ReadBuiltIn());
        var loader = new LedgerLoader(books._services!.Channels, books._ledger);
        await loader.LoadAsync((_, _, _) => { }, default);
        await loader.CloseAsync((_, _, _) => { }, default);
        await books.ArriveAsync();
        return books;
    }

    public async Task StartAsync() =>
        _services = await LocalServices.StartAsync(name => Path.Combine(_folder, name + ".db"), _port, relay: true);

    public async Task StopAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        _services = null;
    }

    /// <summary>Prepares and closes a month of a source, as two people do.</summary>
    public async Task CloseAsync(string source, YearMonth month)
    {
        var prepared = await Closing(source).PreparePeriodAsync(new() { RequestId = Next(), Month = month.ToProto() }, As("alice"));
        await Closing(source).ClosePeriodAsync(Waiving.Close(Next(), month.ToProto(), prepared.Findings), As("bob"));
    }

    public async Task ReopenAsync(string source, YearMonth month) =>
        await Closing(source).ReopenPeriodAsync(new() { RequestId = Next(), Month = month.ToProto(), Reason = "late invoice" }, As("alice"));

    /// <summary>Records selling, general and administrative expense of the group, yen, on the first of a month.</summary>
    public async Task RecordSgaAsync(YearMonth month, long yen) => await new GroupService.GroupServiceClient(_services!.Channels["group"]).RecordAccountAsync(
        new() { RequestId = Next(), Date = month.FirstDay().ToProto(), Account = Account.Sga, AmountJpy = yen }, As("accountant"));

    /// <summary>Waits until reporting has every event.</summary>
    public async Task ArriveAsync() => Assert.True(await new TieOut(_services!.Channels, TimeProvider.System).WaitAsync(default));

    public string Next() => $"page-{++_requests}";

    public static Grpc.Core.CallOptions As(string actor) => new(new Grpc.Core.Metadata { { ActorMetadata.Key, actor } });

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

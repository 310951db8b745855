using Iij.Closing.V1;
using Iij.Local;
using Iij.Local.Ledger;
using Iij.Reporting;
using Iij.Tests.Oracle;

namespace Iij.Tests.EndToEnd;

/// <summary>A ledger loaded and closed through the public APIs in this process: services on free ports and files of their own.</summary>
public sealed class LocalLedger : IAsyncDisposable
{
    private static readonly LineModel Lines = LineModel.ReadBuiltIn();
    private readonly TemporaryFolder _folder;

    private LocalLedger(
        TemporaryFolder folder, LocalServices services, LedgerFolder ledger, IReadOnlyList<PrintedFigure> figures, long entries) =>
        (_folder, Services, Ledger, Figures, Entries) = (folder, services, ledger, figures, entries);

    public LocalServices Services { get; }

    public LedgerFolder Ledger { get; }

    public IReadOnlyList<PrintedFigure> Figures { get; }

    /// <summary>How many entries the loader says that it recorded.</summary>
    public long Entries { get; }

    public static async Task<LocalLedger> LoadAsync(Draft draft)
    {
        var folder = new TemporaryFolder();
        draft.Write(folder.Path);
        var ledger = LedgerReader.Read(folder["ledger"], Lines);
        var figures = FiguresFile.Read(folder[Schema.FiguresFile], Lines);
        var services = await LocalServices.StartAsync(name => folder[name + ".db"], port: 0, relay: true);
        var loader = new LedgerLoader(services.Channels, ledger);
        var entries = await loader.LoadAsync((_, _, _) => { }, default);
        await loader.CloseAsync((_, _, _) => { }, default);
        return new(folder, services, ledger, figures, entries);
    }

    public ClosingService.ClosingServiceClient Closing(string source) => new(Services.Channels[source]);

    /// <summary>Every figure as reporting computes it, once it has every event.</summary>
    public async Task<IReadOnlyList<Compared>> CompareAsync()
    {
        var tieOut = new TieOut(Services.Channels, TimeProvider.System);
        Assert.True(await tieOut.WaitAsync(default), "reporting has not received every event");
        return await tieOut.CompareAsync(Figures, default);
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        _folder.Dispose();
    }
}

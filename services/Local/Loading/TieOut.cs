using Iij.Closing.V1;
using Iij.Local.Ledger;
using Iij.Reporting.V1;

namespace Iij.Local;

/// <summary>A printed figure and what reporting computes for it.</summary>
public sealed record Compared(PrintedFigure Figure, string Computed)
{
    /// <summary>Whether it is reproduced.</summary>
    public bool Reproduced => Figure.Matches(Computed);

    /// <summary>DIFF line,period,kind,printed,computed.</summary>
    public string Difference => $"DIFF {Figure.Query.Line},{Figure.Query.Period},{Figure.Kind},{Figure.Printed},{Computed}";
}

/// <summary>Compares printed figures with what reporting answers over gRPC, and with nothing else.</summary>
public sealed class TieOut(ServiceChannels services, TimeProvider clock, ServiceRetry? retry = null)
{
    private const int QueriesPerCall = 500;
    private static readonly TimeSpan _waitMax = TimeSpan.FromSeconds(60);

    private readonly ServiceRetry _retry = retry ?? ServiceRetry.None;
    private readonly ReportingService.ReportingServiceClient _reporting = new(services["reporting"]);

    /// <summary>Waits until reporting has every event that the sources have; false where that takes more than a minute.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancel)
    {
        var end = clock.GetUtcNow() + _waitMax;
        while (!await IsUpToDateAsync(cancel))
        {
            if (clock.GetUtcNow() > end)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancel);
        }

        return true;
    }

    /// <summary>Asks for every figure.</summary>
    public async Task<IReadOnlyList<Compared>> CompareAsync(IReadOnlyList<PrintedFigure> figures, CancellationToken cancel)
    {
        var compared = new List<Compared>(figures.Count);
        foreach (var some in figures.Chunk(QueriesPerCall))
        {
            var answer = await _retry.CallAsync("reporting", async () => await _reporting.ListFiguresAsync(
                new ListFiguresRequest { Queries = { some.Select(figure => figure.Query) } }, cancellationToken: cancel), cancel);
            compared.AddRange(some.Zip(answer.Figures, (figure, computed) => new Compared(figure, Text(computed))));
        }

        return compared;
    }

    private async Task<bool> IsUpToDateAsync(CancellationToken cancel)
    {
        var sources = await _retry.CallAsync(
            "reporting", async () => await _reporting.ListSourcesAsync(new ListSourcesRequest(), cancellationToken: cancel), cancel);
        var known = sources.Sources.ToDictionary(source => source.Source);
        foreach (var source in LocalServices.Sources)
        {
            var closing = new ClosingService.ClosingServiceClient(services[source]);
            var own = await _retry.CallAsync(
                source, async () => await closing.GetSourceAsync(new GetSourceRequest(), cancellationToken: cancel), cancel);
            if (known[source].LastSequence != own.LastSequence || known[source].Missing.Count > 0)
                return false;
        }

        return true;
    }

    private static string Text(Figure figure) => figure.OutcomeCase switch
    {
        Figure.OutcomeOneofCase.Value => figure.Value,
        Figure.OutcomeOneofCase.NotMeaningful => FiguresFile.NotMeaningful,
        _ => FiguresFile.Missing,
    };
}

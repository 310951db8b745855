using Iij.Closing;
using Iij.Closing.V1;
using Iij.Local;
using Iij.Money.V1;
using Iij.Reporting.V1;
using Iij.Tests.Servers;
using Iij.Toy;
using Xunit;

namespace Iij.Tests.SixthSource;

/// <summary>The toy source in one process with the sources and the reporting of this version: its measure becomes a figure of the view.</summary>
public sealed class ViewTests : IAsyncLifetime
{
    private const string Line = "revenue.toy";
    private static readonly TimeSpan _arrivalMax = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-sixth-").FullName;
    private LocalServices _services = null!;

    private ReportingService.ReportingServiceClient Reporting => new(_services.Channels["reporting"]);

    public async Task InitializeAsync() => _services = await LocalServices.StartAsync(name => Path.Combine(_folder, name + ".db"), port: 0,
        relay: true, clock: null, (ToyDescription.Toy, SourceHost.BuildAsync<ToySource, ToyStore, ToyGrpcService>));

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_closed_month_of_the_sixth_source_is_a_figure_of_the_view()
    {
        var lines = (await Reporting.ListLinesAsync(new())).Lines.Select(line => new Line { Name = line.Name, Definition = line.Definition });
        var more = new[] { new Line { Name = Line, Definition = "+toy.revenue" } };
        await Tests.Model.TwoSteps.DefineLinesAsync(Reporting, lines.Concat(more));
        Assert.Equal(Figure.OutcomeOneofCase.Missing, (await AmountAsync()).OutcomeCase);

        await ToyMonth.RecordAndCloseAsync(_services.Channels["toy"]);
        await ArrivedAsync();

        Assert.Equal($"{ToyMonth.Revenue}", (await AmountAsync()).Value);
        var query = new FigureQuery { Line = Line, Period = ToyMonth.Name, Kind = Kind.Amount, Unit = Unit.Jpy };
        var lineage = await Reporting.GetLineageAsync(new() { Query = query });
        Assert.Equal($"toy.revenue {ToyMonth.Name}", lineage.Root.Children.Single().Name);
        // The others have reported nothing: a complete view needs the sixth source as it needs them.
        var cells = (await Reporting.ListDataStatusAsync(new() { Period = ToyMonth.Name })).Cells;
        Assert.Equal(["atm", "backlog", "cloud", "group", "network", "toy"], cells.Select(cell => cell.Source).Order());
        Assert.Equal(DataStatus.Received, cells.Single(cell => cell.Source == "toy").Status);
    }

    [Fact]
    public async Task It_is_reached_through_reporting_and_refuses_in_its_own_name()
    {
        using var http = new HttpClient { BaseAddress = _services.Http };
        Assert.Contains("\"toy\"", await http.GetStringAsync(new Uri("/api/v1/sources/toy/source", UriKind.Relative)), StringComparison.Ordinal);
        using var refused = await http.GetAsync(new Uri("/api/v1/sources/toy/periods?page_size=many", UriKind.Relative));
        Assert.Equal("toy.iij", JsonRefusals.InfoOf(await refused.Content.ReadAsStringAsync()).Domain);
    }

    private async Task<Figure> AmountAsync() =>
        (await Reporting.GetViewAsync(new() { Period = ToyMonth.Name, Unit = Unit.Jpy })).Lines.Single(line => line.Line == Line).Amount;

    private async Task ArrivedAsync()
    {
        var own = await new ClosingService.ClosingServiceClient(_services.Channels["toy"]).GetSourceAsync(new());
        using var late = new CancellationTokenSource(_arrivalMax);
        while ((await Reporting.ListSourcesAsync(new())).Sources.Single(source => source.Source == "toy").LastSequence < own.LastSequence)
            await Task.Delay(TimeSpan.FromMilliseconds(50), late.Token);
    }
}

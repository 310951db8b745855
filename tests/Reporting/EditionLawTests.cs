using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>
/// Random histories of closes, restatements, rejections, models of lines and editions: an edition keeps every figure that it was published
/// with, whatever follows, and the live view is what a naive recomputation of the latest statements says.
/// </summary>
public sealed class EditionLawTests
{
    private const int Steps = 30;
    private const int MonthsMax = 6;
    private static readonly string[] _sourceNames = [.. Statements.Schemas.Keys];
    private static readonly string[] _periods = ["2012-04", "2012-05", "2012-06", "FY2012-Q1", "FY2012-H1", "2012-07", "FY2012-Q2"];

    [Fact]
    public Task An_edition_keeps_its_figures_whatever_follows() => Seeded.CheckAsync(6, async random =>
    {
        await using var sources = await FakeSources.StartAsync();
        await using var bench = await Bench.StartAsync(peers: sources.Addresses);
        var life = new Life(random, sources, bench);
        for (var step = 0; step < Steps; step++)
            await life.StepAsync();
        await life.CheckAsync();
        Assert.True(life.Published.Count > 0, "nothing was published: the law was not tried");
    });

    private sealed class Life(Random random, FakeSources sources, Bench bench)
    {
        private readonly Dictionary<(string Source, string Month), Dictionary<string, long>> _books = [];
        private readonly Dictionary<string, string> _definitions = Known.Lines.Rows.ToDictionary(row => row.Name, row => row.Definition);
        private readonly Dictionary<string, int> _rejected = []; // by source: the month whose revision is rejected and not replaced yet
        private int _closed;

        /// <summary>What each edition showed when it was published: exact figures by period, number and line.</summary>
        public Dictionary<(string Period, int Number), string> Published { get; } = [];

        public Task StepAsync() => random.Next(8) switch
        {
            0 or 1 or 2 => CloseAsync(),
            3 or 4 => RestateAsync(random.Next(3) == 0),
            5 => DefineAsync(),
            _ => PublishAsync(),
        };

        public async Task CheckAsync()
        {
            foreach (var ((period, number), shown) in Published)
                Assert.Equal(shown, await ShownAsync(new GetViewRequest { Period = period, Edition = number }));
            foreach (var period in _periods.Where(period => ReportingPeriod.Parse(period)!.Months.All(month => _books.ContainsKey(("atm", month.ToIso())))))
            {
                var live = await bench.Client.GetViewAsync(new GetViewRequest { Period = period, Latest = true });
                foreach (var line in live.Lines)
                    Assert.Equal($"{line.Line} {Naive(line.Line, period)}", $"{line.Line} {line.Amount.Exact}");
            }
        }

        private async Task CloseAsync()
        {
            if (_closed == MonthsMax)
                return;
            foreach (var source in _rejected.Keys.ToList())
                await RestateAsync(source, _rejected[source], false); // what is closed upon a rejected revision is left out with it
            var month = Story.First.PlusMonths(_closed++);
            foreach (var source in _sourceNames)
            {
                _books[(source, month.ToIso())] = Amounts(source);
                sources.Close(source, month.ToIso(), Listed(source, month.ToIso()));
            }

            await FillAsync();
        }

        // A month of a source is reopened and closed with other amounts; the months after it follow. It may be rejected: then nothing was.
        private async Task RestateAsync(bool isRejected)
        {
            if (_closed == 0)
                return;
            var source = random.Pick(_sourceNames);
            await RestateAsync(source, _rejected.TryGetValue(source, out var month) ? month : random.Next(_closed), isRejected);
        }

        private async Task RestateAsync(string source, int first, bool isRejected)
        {
            _rejected.Remove(source);
            var months = Enumerable.Range(first, _closed - first).Select(n => Story.First.PlusMonths(n).ToIso()).ToList();
            await UnlockAsync(months[0]);
            var before = months.Select(month => _books[(source, month)]).ToList();
            foreach (var month in months)
                _books[(source, month)] = Amounts(source);
            sources.Restate(source, months[0], Listed(source, months[0]));
            foreach (var month in months.Skip(1))
                sources.RollForward(source, month, Listed(source, month));
            await FillAsync();
            if (!isRejected)
                return;
            var year = Calendar.ParseMonth(months[0])!.Value;
            await bench.Client.RejectRevisionAsync(new RejectRevisionRequest
            {
                RequestId = bench.NextRequest(), Source = source, Month = year.ToProto(), Reason = "not agreed",
                Revision = sources[source].Events.Where(e => e.Month == months[0]).Max(e => e.Revision),
            }, Bench.Actor);
            _rejected[source] = first;
            foreach (var (month, amounts) in months.Zip(before))
                _books[(source, month)] = amounts;
        }

        private async Task DefineAsync()
        {
            _definitions["operating_income"] = random.Pick(["+gross_margin.total -sga", "+gross_margin.total", "+revenue.total -sga"]);
            await Tests.Model.TwoSteps.DefineLinesAsync(bench.Client,
                Known.Lines.Rows.Select(row => new Iij.Reporting.V1.Line { Name = row.Name, Definition = _definitions[row.Name] }));
        }

        private async Task PublishAsync()
        {
            var period = random.Pick(_periods);
            try
            {
                var isFirst = Published.Keys.All(key => key.Period != period);
                var edition = await bench.PublishAsync(period, isFirst ? RestatementKind.Unspecified : RestatementKind.Error);
                Published[(period, edition.Number)] = await ShownAsync(new GetViewRequest { Period = period });
                Assert.Equal(Published[(period, edition.Number)], await ShownAsync(new GetViewRequest { Period = period, Latest = true }));
            }
            catch (Grpc.Core.RpcException error) when (Iij.Client.RpcErrors.InfoOf(error)?.Reason is "PERIOD_INCOMPLETE" or "EDITION_UNCHANGED")
            {
                // Nothing to publish now.
            }

            await CheckAsync();
        }

        private async Task UnlockAsync(string month) => await bench.Client.UnlockMonthsAsync(new UnlockMonthsRequest
        {
            RequestId = bench.NextRequest(), Period = ReportingPeriod.Of(Calendar.ParseMonth(month)!.Value).Notation, Reason = "a correction",
        }, Bench.Actor);

        private async Task FillAsync() => await bench.Client.FillGapsAsync(new FillGapsRequest());

        private async Task<string> ShownAsync(GetViewRequest request)
        {
            request.Unit = Unit.Jpy;
            var view = await bench.Client.GetViewAsync(request);
            return string.Join('\n', view.Lines.Select(line => $"{line.Line} {line.Amount.Exact} {line.YoyPercent.OutcomeCase}"));
        }

        private Dictionary<string, long> Amounts(string source) => Measures(source).ToDictionary(measure => measure, _ => random.NextInt64(1, 1_000_000));

        private (string, long)[] Listed(string source, string month) => [.. _books[(source, month)].Select(one => (one.Key, one.Value))];

        private static IEnumerable<string> Measures(string source) => Statements.Schemas[source].Fields.InDeclarationOrder()
            .Where(field => !field.IsRepeated).Select(field => MeasureCatalog.MeasureOf(field)!.Name);

        private long Naive(string line, string period)
        {
            if (_definitions.TryGetValue(line, out var definition))
                return definition.Split(' ').Sum(term => (term[0] == '-' ? -1 : 1) * Naive(term[1..], period));
            var months = ReportingPeriod.Parse(period)!.Months.Select(month => month.ToIso()).ToList();
            var source = line.Split('.')[0];
            return MeasureCatalog.Find(line)!.Nature == Iij.Closing.V1.Nature.Stock
                ? _books[(source, months[^1])][line]
                : months.Sum(month => _books[(source, month)][line]);
        }
    }
}

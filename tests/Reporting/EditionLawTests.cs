using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Group.V1;
using Iij.Money.V1;
using Iij.Reporting.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>
/// Random histories of closes, restatements, rejections, registers, splits, models of lines and editions, on both engines: an edition keeps every
/// figure that it was published with, whatever follows, and the live view is what a naive recomputation of the latest statements says.
/// </summary>
public sealed class EditionLawTests
{
    private const int Steps = 30;
    private const int MonthsMax = 12;
    private const int Live = -1;
    private const string PerShare = "net_income_per_share";
    private static readonly string[] _sourceNames = [.. Statements.Schemas.Keys];
    private static readonly string[] _periods = ["2012-04", "2012-05", "2012-06", "FY2012-Q1", "FY2012-H1", "2012-07", "FY2012-Q2", "FY2012"];

    [Theory]
    [InlineData("sqlite", 6)]
    [InlineData("postgres", 2)]
    public Task An_edition_keeps_its_figures_whatever_follows(string engine, int cases) => Seeded.CheckAsync(cases, async random =>
    {
        var connection = engine == "postgres" ? await PostgresServer.Shared.CreateDatabaseAsync("editions") : "";
        await using var sources = await FakeSources.StartAsync();
        await using var bench = await Bench.StartAsync(connection, sources.Addresses);
        var life = new Life(random, sources, bench);
        for (var step = 0; step < Steps; step++)
            await life.StepAsync();
        await life.CheckAsync();
        Assert.True(life.Published.Count > 0, "nothing was published: the law was not tried");
    });

    /// <summary>The registers of a statement of the group: one share count for every part of the year, splits, a target and a dividend.</summary>
    private sealed record Registers(long Shares, string BasisOn, IReadOnlyList<(string On, long Ratio)> Splits, long Target, long Dividend)
    {
        private static readonly string[] _dates = ["2012-06-30", "2012-10-01", "2013-03-01"];
        private static readonly string[] _parts = ["FY2012-Q1", "FY2012-Q2", "FY2012-H1", "FY2012"];

        public static Registers Of(Random random) => new(random.NextInt64(1, 1_000_000), random.Pick(_dates),
            [.. _dates.Where(_ => random.Next(2) == 0).Select(date => (date, random.NextInt64(2, 300)))],
            random.NextInt64(1, 1_000_000), random.NextInt64(1, 10_000));

        public string In(string body)
        {
            var statement = JsonParser.Default.Parse<GroupStatement>(body);
            statement.Shares.Add(_parts.Select(year => Announced("weighted_average", year, null, Shares, Date(BasisOn))));
            statement.Splits.Add(Splits.Select(split => Announced("ratio", "", Date(split.On), split.Ratio)));
            statement.Targets.Add(Announced("revenue.total", "FY2012", Date("2012-05-15"), Target));
            statement.Dividends.Add(Announced("interim", "FY2012", Date("2012-05-15"), Dividend, Date(BasisOn)));
            return JsonFormatter.Default.Format(statement);
        }

        private static Announcement Announced(string item, string year, Iij.Period.V1.Date? on, long value, Iij.Period.V1.Date? basis = null) =>
            new() { Item = item, FiscalYear = year, AnnouncedOn = on, Value = new Iij.Money.V1.Decimal { Unscaled = value }, BasisOn = basis };

        private static Iij.Period.V1.Date Date(string iso) => Calendar.ParseDate(iso)!.Value.ToProto();
    }

    private sealed class Life(Random random, FakeSources sources, Bench bench)
    {
        private readonly Dictionary<(string Source, string Month), Dictionary<string, long>> _books = [];
        private readonly Dictionary<string, string> _definitions = Known.Lines.Rows.ToDictionary(row => row.Name, row => row.Definition);
        private readonly Dictionary<string, int> _rejected = []; // by source: the month whose revision is rejected and not replaced yet
        private readonly Dictionary<string, Registers> _registers = []; // by month, as the group's statement of it has them
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
                Assert.Equal(shown, await ShownAsync(period, number));
            foreach (var period in _periods.Where(period => ReportingPeriod.Parse(period)!.Months.All(month => _books.ContainsKey(("atm", month.ToIso())))))
            {
                var live = await bench.Client.GetViewAsync(new GetViewRequest { Period = period, Latest = true });
                foreach (var line in live.Lines)
                    Assert.Equal($"{line.Line} {Naive(line.Line, period)}", $"{line.Line} {line.Amount.Exact}");
                if (ReportingPeriod.Parse(period)!.Length >= PeriodLength.Quarter)
                    Assert.Equal(NaivePerShare(period), await LivePerShareAsync(period));
            }
        }

        private async Task CloseAsync()
        {
            foreach (var source in _rejected.Keys.ToList())
                await RestateAsync(source, _rejected[source], false); // what is closed upon a rejected revision is left out with it
            for (var count = random.Next(1, 4); count > 0 && _closed < MonthsMax; count--)
            {
                var month = Story.First.PlusMonths(_closed++).ToIso();
                foreach (var source in _sourceNames)
                {
                    Record(source, month);
                    sources.Tell(source, month, "Closed", Body(source, month));
                }
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
            var before = months.Select(month => (_books[(source, month)], _registers.GetValueOrDefault(month))).ToList();
            sources.Reopen(source, months[0]);
            foreach (var month in months)
            {
                Record(source, month);
                sources.Tell(source, month, month == months[0] ? "Closed" : "RolledForward", Body(source, month));
            }

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
            foreach (var (month, (amounts, registers)) in months.Zip(before))
            {
                _books[(source, month)] = amounts;
                if (source == "group")
                    _registers[month] = registers!;
            }
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
                Published[(period, edition.Number)] = await ShownAsync(period, edition.Number);
                Assert.Equal(Published[(period, edition.Number)], await ShownAsync(period, Live));
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

        // Every kind of figure that a period can have: amounts, comparisons, targets, per share.
        private async Task<string> ShownAsync(string period, int edition)
        {
            var length = ReportingPeriod.Parse(period)!.Length;
            var lines = Known.Lines.Rows.Select(row => row.Name).ToList();
            List<(Kind Kind, IReadOnlyList<string> Lines)> asked = [(Kind.Amount, lines), (Kind.YoyPercent, lines)];
            if (length >= PeriodLength.Quarter)
                asked.Add((Kind.Amount, [PerShare, PerShare + ".as_printed"]));
            if (length == PeriodLength.Year)
                asked.AddRange([(Kind.TargetAmount, ["revenue.total"]), (Kind.Amount, ["dividend.interim", "dividend.interim.as_printed"])]);
            var shown = new List<string>();
            foreach (var (kind, of) in asked)
            {
                var figures = await ComparedAsync(period, edition, kind, of);
                shown.AddRange(figures.Select(figure => $"{figure.Query.Line} {kind} {figure.Exact} {figure.OutcomeCase}"));
            }


            return string.Join('\n', shown);
        }

        private async Task<IEnumerable<Figure>> ComparedAsync(string period, int edition, Kind kind, IEnumerable<string> lines) =>
            (await bench.Client.CompareEditionsAsync(new CompareEditionsRequest
            {
                Periods = { period }, Lines = { lines }, Kind = kind, Unit = Unit.Jpy, AsReported = Math.Max(edition, 0), Restated = edition,
            })).Figures.Select(one => one.Restated);

        private async Task<string> LivePerShareAsync(string period) => (await ComparedAsync(period, Live, Kind.Amount, [PerShare])).Single().Exact;

        private void Record(string source, string month)
        {
            _books[(source, month)] = Amounts(source);
            if (source == "group")
                _registers[month] = Registers.Of(random);
        }

        private string Body(string source, string month)
        {
            var body = Statements.Full(source, [.. _books[(source, month)].Select(one => (one.Key, one.Value))]);
            return source == "group" ? _registers[month].In(body) : body;
        }

        // By the latest statement of the group: net income over the shares, times every split after their basis.
        private string NaivePerShare(string period)
        {
            var registers = _registers.MaxBy(month => month.Key, StringComparer.Ordinal).Value;
            var shares = registers.Splits.Where(split => string.CompareOrdinal(split.On, registers.BasisOn) > 0)
                .Aggregate(Exact.Of(registers.Shares), (shares, split) => shares * Exact.Of(split.Ratio));
            return (Exact.Of(Naive("net_income_attributable", period)) / shares).ToString();
        }

        private Dictionary<string, long> Amounts(string source) => Measures(source).ToDictionary(measure => measure, _ => random.NextInt64(1, 1_000_000));

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

using Google.Protobuf;
using Iij.Contracts;
using Iij.NetworkServices.V1;
using NodaTime;

namespace Iij.Tests.Model;

public sealed class NetworkBusiness : Business
{
    private static readonly string[] _revenues = ["connectivity_corporate", "connectivity_home", "outsourcing", "wan"];
    private static readonly string[] _bands = ["under_100mbps", "100mbps_to_1gbps", "1gbps_and_over"];

    public override string Name => "network";

    public override string SomeFlow => "network.cost";

    public override bool HasDates => true;

    public override IReadOnlyList<Draft> Ground(YearMonth first) =>
        [Contracts(first.FirstDay().PlusDays(-40), 1, 500, 0, opening: true), Contracts(first.FirstDay(), 2, 300, 0, opening: true)];

    public override Draft Sure(Random random, LocalDate on) => random.Next(4) switch
    {
        0 => Revenue(on, random.Next(4) + 1, random.Yen()),
        1 => Cost(on, random.Yen()),
        2 => Lte(on, random.Next(1_000)),
        _ => Contracts(on, random.Next(3) + 1, random.Next(1, 50), 0),
    };

    public override Draft Any(Random random, Books books, YearMonth month)
    {
        var on = Day(random, month);
        return random.Next(10) switch
        {
            0 or 1 => Revenue(on, random.Next(4) + 1, random.Yen()),
            2 => Cost(on, random.Yen()),
            3 => Lte(on, random.Next(1_000) - 300),
            4 => Contracts(on, random.Next(3) + 1, random.Next(1, 90), 0, opening: true),
            5 or 6 => Contracts(on, random.Next(3) + 1, random.Next(1, 50), random.Next(20)),
            _ => Contracts(on, random.Next(3) + 1, random.Next(3), random.Next(1, 40)),
        };
    }

    public override IReadOnlyList<Draft> EachKind(YearMonth month)
    {
        var on = month.OnDayOfMonth(9);
        return
        [
            .. Enumerable.Range(1, 4).Select(category => Revenue(on, category, 100 + category)), Cost(on, 70), Lte(on, 5),
            Contracts(on, 1, 9, 4), Contracts(on, 3, 8, 0, opening: true),
        ];
    }

    public override IReadOnlyList<Draft> Zeros(YearMonth month)
    {
        var on = month.OnDayOfMonth(9);
        return [.. Enumerable.Range(1, 4).Select(category => Revenue(on, category, 0)), Cost(on, 0), Lte(on, 0), Contracts(on, 3, 0, 0, opening: true)];
    }

    public override IReadOnlyList<(IMessage Request, string Reason)> Wrong(LocalDate on) =>
    [
        (Revenue(on, 1, -1).Request, "FIELD_INVALID"),
        (Revenue(on, 0, 1).Request, "FIELD_INVALID"),
        (Revenue(on, 9, 1).Request, "FIELD_INVALID"),
        (new RecordRevenueRequest { Date = on.ToProto(), Category = RevenueCategory.Wan }, "FIELD_INVALID"),
        (new RecordCostRequest { Date = NoDay, AmountJpy = 1 }, "FIELD_INVALID"),
        (new RecordCostRequest { AmountJpy = 1 }, "FIELD_INVALID"),
        (Cost(on, 1_000_000_000_000_001).Request, "FIELD_INVALID"),
        (Contracts(on, 1, 0, 0).Request, "FIELD_INVALID"),
        (Contracts(on, 1, 5, 1, opening: true).Request, "FIELD_INVALID"),
        (Contracts(on, 1, 0, 1_000_000_000).Request, "MORE_CANCELLED_THAN_IN_FORCE"),
    ];

    public override IEnumerable<Fact> Facts(Books books, YearMonth month, bool isFirst) =>
    [
        .. Flows(books, month, _revenues.Select(name => "network.revenue." + name)),
        .. Flows(books, month, "network.cost", "network.lte_additions"),
        .. _bands.SelectMany(band => Dated(books, month, isFirst, "network.contracts." + band)),
    ];

    public override bool IsNeverNegative(string measure) => measure.StartsWith("network.contracts.", StringComparison.Ordinal);

    private static Draft Revenue(LocalDate on, int category, long amount) => new(
        new RecordRevenueRequest { Date = on.ToProto(), Category = (RevenueCategory)category, AmountJpy = amount }, on,
        new Line("network.revenue." + _revenues[Math.Clamp(category, 1, 4) - 1], amount));

    private static Draft Cost(LocalDate on, long amount) =>
        new(new RecordCostRequest { Date = on.ToProto(), AmountJpy = amount }, on, new Line("network.cost", amount));

    private static Draft Lte(LocalDate on, long additions) =>
        new(new RecordLteAdditionsRequest { Date = on.ToProto(), Additions = additions }, on, new Line("network.lte_additions", additions));

    private static Draft Contracts(LocalDate on, int band, long activated, long cancelled, bool opening = false)
    {
        var request = new ChangeContractsRequest
        {
            Date = on.ToProto(), Band = (BandwidthBand)band, Activated = activated, Cancelled = cancelled, Opening = opening,
        };
        var measure = "network.contracts." + _bands[band - 1];
        IEnumerable<Line> lines = [new(measure, activated), new(measure, -cancelled)];
        return new(request, on, [.. lines.Where((line, index) => line.Amount != 0 || (opening && index == 0))]) { Opening = opening };
    }
}

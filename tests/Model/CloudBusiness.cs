using Google.Protobuf;
using Iij.Contracts;
using Iij.GioCloud.V1;
using NodaTime;

namespace Iij.Tests.Model;

public sealed class CloudBusiness : Business
{
    private static readonly string[] _products = ["hosting_package", "component"];
    private static readonly string[] _counts = ["projects", "clients", "partners", "vw_series_orders", "vw_series_prospects"];

    public override string Name => "cloud";

    public override string SomeFlow => "cloud.capex";

    public override Draft Sure(Random random, LocalDate on) => random.Next(3) switch
    {
        0 => Revenue(on, random.Next(2) + 1, random.Yen()),
        1 => Cost(on, random.Next(2) + 1, random.Yen()),
        _ => Capex(on, random.Yen()),
    };

    public override Draft Any(Random random, Books books, YearMonth month) =>
        random.Chance(35) ? Count(month, random.Next(5) + 1, random.Next(2_000)) : Sure(random, Day(random, month));

    public override IReadOnlyList<Draft> EachKind(YearMonth month)
    {
        var on = month.OnDayOfMonth(9);
        return
        [
            Revenue(on, 1, 10), Revenue(on, 2, 20), Cost(on, 1, 3), Cost(on, 2, 4), Capex(on, 5),
            .. Enumerable.Range(1, 5).Select(kind => Count(month, kind, 40 + kind)),
        ];
    }

    public override IReadOnlyList<Draft> Zeros(YearMonth month)
    {
        var on = month.OnDayOfMonth(9);
        return
        [
            Revenue(on, 1, 0), Revenue(on, 2, 0), Cost(on, 1, 0), Cost(on, 2, 0), Capex(on, 0),
            .. Enumerable.Range(1, 5).Select(kind => Count(month, kind, 0)),
        ];
    }

    public override IReadOnlyList<(IMessage Request, string Reason)> Wrong(LocalDate on) =>
    [
        (Revenue(on, 1, -1).Request, "FIELD_INVALID"),
        (new RecordRevenueRequest { Date = on.ToProto(), AmountJpy = 1 }, "FIELD_INVALID"),
        (new RecordCostRequest { Date = on.ToProto(), Product = (Product)7, AmountJpy = 1 }, "FIELD_INVALID"),
        (new RecordCapexRequest { Date = NoDay, AmountJpy = 1 }, "FIELD_INVALID"),
        (new RecordCapexRequest { Date = on.ToProto() }, "FIELD_INVALID"),
        (new RecordCountRequest { Month = on.Month().ToProto(), Count = 1 }, "FIELD_INVALID"),
        (new RecordCountRequest { Kind = CountKind.Clients, Count = 1 }, "FIELD_INVALID"),
        (Count(on.Month(), 2, -1).Request, "FIELD_INVALID"),
    ];

    public override IEnumerable<Fact> Facts(Books books, YearMonth month, bool isFirst) =>
    [
        .. Flows(books, month, _products.SelectMany(product => new[] { "cloud.revenue." + product, "cloud.cost." + product })),
        .. Flows(books, month, "cloud.capex"),
        .. Counted(books, month, _counts.Select(kind => "cloud." + kind)),
    ];

    private static Draft Revenue(LocalDate on, int product, long amount) => new(
        new RecordRevenueRequest { Date = on.ToProto(), Product = (Product)product, AmountJpy = amount }, on,
        new Line("cloud.revenue." + _products[product - 1], amount));

    private static Draft Cost(LocalDate on, int product, long amount) => new(
        new RecordCostRequest { Date = on.ToProto(), Product = (Product)product, AmountJpy = amount }, on,
        new Line("cloud.cost." + _products[product - 1], amount));

    private static Draft Capex(LocalDate on, long amount) =>
        new(new RecordCapexRequest { Date = on.ToProto(), AmountJpy = amount }, on, new Line("cloud.capex", amount));

    private static Draft Count(YearMonth month, int kind, long count) => new(
        new RecordCountRequest { Month = month.ToProto(), Kind = (CountKind)kind, Count = count }, month.LastDay(),
        new Line("cloud." + _counts[kind - 1], count))
    { OwnMonth = true };
}

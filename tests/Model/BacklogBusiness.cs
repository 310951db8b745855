using Google.Protobuf;
using Iij.Contracts;
using Iij.SiBacklog.V1;
using NodaTime;
using V1Kind = Iij.SiBacklog.V1.OrderKind;

namespace Iij.Tests.Model;

public sealed class BacklogBusiness : Business
{
    private static readonly string[] _kinds = ["construction", "operation"];
    private static readonly string[] _parts = ["opening_entered", "orders_received", "amendments", "cancellations", "revenue"];

    public override string Name => "backlog";

    public override string SomeFlow => "backlog.cost.systems_integration";

    public override bool HasSubjects => true;

    public override IReadOnlyList<Draft> Ground(YearMonth first) =>
    [
        Receive(first.FirstDay().PlusDays(-200), NewThing("OLD"), 1, 5_000_000, opening: true),
        Receive(first.FirstDay(), NewThing("OLD"), 2, 9_000_000, opening: true),
    ];

    public override Draft Sure(Random random, LocalDate on) => random.Next(3) switch
    {
        0 => Receive(on, NewThing("SI"), random.Next(2) + 1, random.Yen()),
        1 => Equipment(on, random.Yen(), random.Chance(50) ? random.Yen() : null),
        _ => Cost(on, random.Yen()),
    };

    public override Draft Any(Random random, Books books, YearMonth month)
    {
        var on = Day(random, month);
        var orders = books.Entries.Where(entry => entry.Stands && entry.Credits is null && entry.Draft.Request is ReceiveOrderRequest).ToList();
        if (orders.Count < 3 || random.Chance(25))
            return random.Chance(12) ? Count(month, random.Next(900)) : SomethingNew(random, on);
        var order = random.One(orders);
        if (on < order.Date && random.Chance(80))
            on = order.Date;
        var (id, kind) = (order.Draft.About, (int)((ReceiveOrderRequest)order.Draft.Request).Kind);
        var stands = Stands(books, id, on);
        return random.Next(10) switch
        {
            0 => Cancel(on, id, kind, stands),
            1 or 2 => Amend(on, id, kind, random.Chance(50) ? random.Yen() + 1 : -random.NextInt64(1, stands / 2 + 2)),
            _ when kind == 1 => Recognise(on, id, kind, stands),
            3 => Recognise(on, id, kind, stands),
            _ => Recognise(on, id, kind, random.NextInt64(stands / 2 + 1)),
        };
    }

    public override IReadOnlyList<Draft> EachKind(YearMonth month)
    {
        var on = month.OnDayOfMonth(9);
        var (construction, operation, cancelled) = (NewThing("SI"), NewThing("SI"), NewThing("SI"));
        return
        [
            Receive(on, construction, 1, 1_000), Amend(on, construction, 1, -100), Recognise(on.PlusDays(2), construction, 1, 900),
            Receive(on, operation, 2, 2_000), Recognise(on.PlusDays(1), operation, 2, 50),
            Receive(on, cancelled, 2, 300, opening: true), Cancel(on.PlusDays(3), cancelled, 2, 300),
            Equipment(on, 10, 8), Equipment(on, null, 2), Cost(on, 77), Count(month, 120),
        ];
    }

    public override IReadOnlyList<Draft> Zeros(YearMonth month)
    {
        var on = month.OnDayOfMonth(9);
        return [Equipment(on, 0, 0), Cost(on, 0), Count(month, 0)];
    }

    // Every entry of an order moves what is left of it.
    protected override IEnumerable<string> StatedBy(string measure) => measure.StartsWith("backlog.closing.", StringComparison.Ordinal)
        ? _parts.Select(part => measure.Replace("closing", part, StringComparison.Ordinal))
        : [measure];

    public override IReadOnlyList<(IMessage Request, string Reason)> Wrong(LocalDate on) =>
    [
        (Receive(on, "", 1, 1).Request, "FIELD_INVALID"),
        (Receive(on, NewThing("SI"), 0, 1).Request, "FIELD_INVALID"),
        (Receive(on, NewThing("SI"), 1, -1).Request, "FIELD_INVALID"),
        (Amend(on, "NEVER", 1, 5).Request, "ORDER_UNKNOWN"),
        (Amend(on, "NEVER", 1, 0).Request, "FIELD_INVALID"),
        (Cancel(on, "NEVER", 1, 0).Request, "ORDER_UNKNOWN"),
        (Recognise(on, "NEVER", 1, 1).Request, "ORDER_UNKNOWN"),
        (Equipment(on, null, null).Request, "FIELD_INVALID"),
        (new RecordCostRequest { Date = NoDay, AmountJpy = 1 }, "FIELD_INVALID"),
        (Count(on.Month(), -1).Request, "FIELD_INVALID"),
    ];

    public override IEnumerable<Fact> Facts(Books books, YearMonth month, bool isFirst) =>
    [
        .. _kinds.SelectMany(kind => RollForward(books, month, kind)),
        .. Flows(books, month, "backlog.cost.systems_integration", "backlog.revenue.equipment", "backlog.cost.equipment"),
        .. Counted(books, month, "backlog.outsourced_personnel"),
    ];

    public override bool IsNeverNegative(string measure) =>
        measure.StartsWith("backlog.closing.", StringComparison.Ordinal)
        || measure.StartsWith("backlog.opening.", StringComparison.Ordinal);

    public override IReadOnlyList<Line> Creditable(Draft draft) =>
        draft.Request is ReceiveOrderRequest or AmendOrderRequest or CancelOrderRequest ? [] : base.Creditable(draft);

    // A lower price: the order goes down with its revenue.
    public override IReadOnlyList<Line> Credit(Line line, long amount) => line.Measure is "backlog.revenue.construction" or "backlog.revenue.operation"
        ? [.. base.Credit(line, amount), new Line(line.Measure.Replace("revenue", "amendments", StringComparison.Ordinal), -amount)]
        : base.Credit(line, amount);

    private static IEnumerable<Fact> RollForward(Books books, YearMonth month, string kind)
    {
        string[] plus = ["opening_entered", "orders_received", "amendments"];
        string[] minus = ["cancellations", "revenue"];
        long Through(YearMonth until) => plus.Sum(part => books.Stock($"backlog.{part}.{kind}", until))
            - minus.Sum(part => books.Stock($"backlog.{part}.{kind}", until));
        return
        [
            .. Flows(books, month, plus.Concat(minus).Select(part => $"backlog.{part}.{kind}")),
            Amount($"backlog.opening.{kind}", Through(month.PlusMonths(-1))), Amount($"backlog.closing.{kind}", Through(month)),
        ];
    }

    // What is left of an order at the end of a day: its receipt and amendments less what was cancelled and recognised.
    private static long Stands(Books books, string order, LocalDate on) => books.Entries
        .Where(entry => entry.Draft.About == order && entry.Date <= on)
        .SelectMany(entry => entry.Lines)
        .Sum(line => line.Measure.Split('.')[1] is "cancellations" or "revenue" ? -line.Amount : line.Amount);

    private static Draft SomethingNew(Random random, LocalDate on) => random.Next(6) switch
    {
        0 => Equipment(on, random.Yen(), random.Yen()),
        1 => Cost(on, random.Yen()),
        _ => Receive(on, NewThing("SI"), random.Next(2) + 1, random.Yen(), opening: random.Chance(15)),
    };

    private static Draft Receive(LocalDate on, string order, int kind, long amount, bool opening = false) => new(
        new ReceiveOrderRequest
        {
            OrderId = order, Kind = (V1Kind)kind, CustomerIndustry = "finance", AmountJpy = amount, ReceivedOn = on.ToProto(),
            Opening = opening,
        }, on, new Line($"backlog.{(opening ? "opening_entered" : "orders_received")}.{_kinds[kind == 2 ? 1 : 0]}", amount))
    {
        About = order, Opening = opening,
    };

    private static Draft Amend(LocalDate on, string order, int kind, long change) => new(
        new AmendOrderRequest { OrderId = order, AmendedOn = on.ToProto(), ChangeJpy = change, Reason = "scope" }, on,
        new Line($"backlog.amendments.{_kinds[kind - 1]}", change))
    { About = order };

    private static Draft Cancel(LocalDate on, string order, int kind, long remainder) => new(
        new CancelOrderRequest { OrderId = order, CancelledOn = on.ToProto(), Reason = "withdrawn" }, on,
        new Line($"backlog.cancellations.{_kinds[kind - 1]}", remainder))
    { About = order };

    private static Draft Recognise(LocalDate on, string order, int kind, long amount) => new(
        new RecogniseRevenueRequest { OrderId = order, RecognisedOn = on.ToProto(), AmountJpy = amount }, on,
        new Line($"backlog.revenue.{_kinds[kind - 1]}", amount))
    { About = order };

    private static Draft Cost(LocalDate on, long amount) =>
        new(new RecordCostRequest { Date = on.ToProto(), AmountJpy = amount }, on, new Line("backlog.cost.systems_integration", amount));

    private static Draft Count(YearMonth month, long count) =>
        new(new RecordOutsourcedPersonnelRequest { Month = month.ToProto(), Count = count }, month.LastDay(),
            new Line("backlog.outsourced_personnel", count))
        { OwnMonth = true };

    private static Draft Equipment(LocalDate on, long? revenue, long? cost)
    {
        var request = new RecordEquipmentRequest { Date = on.ToProto() };
        var lines = new List<Line>();
        if (revenue is { } r)
        {
            request.RevenueJpy = r;
            lines.Add(new("backlog.revenue.equipment", r));
        }

        if (cost is { } c)
        {
            request.CostJpy = c;
            lines.Add(new("backlog.cost.equipment", c));
        }

        return new(request, on, [.. lines]);
    }
}

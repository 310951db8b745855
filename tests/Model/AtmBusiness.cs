using Google.Protobuf;
using Iij.AtmOperations.V1;
using Iij.Contracts;
using NodaTime;

namespace Iij.Tests.Model;

public sealed class AtmBusiness : Business
{
    private const string Old = "ATM-OLD";

    public override string Name => "atm";

    public override string SomeFlow => "atm.cost";

    public override bool HasDates => true;

    public override IReadOnlyList<Draft> Ground(YearMonth first) =>
    [
        Install(first.FirstDay().PlusDays(-400), Old, opening: true),
        Install(first.FirstDay().PlusDays(-20), NewThing("ATM"), opening: true),
    ];

    public override Draft Sure(Random random, LocalDate on) => random.Next(4) switch
    {
        0 => Withdrawal(random, on, Old),
        1 => Expense(on, random.Yen(), random.Chance(50) ? random.Yen() : null),
        2 => Expense(on, null, random.Yen()),
        _ => Install(on, NewThing("ATM")),
    };

    public override Draft Any(Random random, Books books, YearMonth month)
    {
        var on = Day(random, month);
        var standing = books.Entries.Where(entry => entry.Stands && entry.Draft.Request is InstallAtmRequest)
            .Select(entry => entry.Draft.About).ToList();
        if (standing.Count == 0)
            return Install(on, NewThing("ATM"), opening: random.Chance(20));
        return random.Next(10) switch
        {
            0 or 1 => Install(on, NewThing("ATM"), opening: random.Chance(20)),
            2 or 3 => Remove(on, random.One(standing)),
            4 or 5 => Withdrawal(random, on, random.One(standing)),
            6 => Settlement(on, random.One(standing), random.Next(1, 90), random.Next(9_000)),
            7 => Settlement(on, random.One(standing), 0, 0),
            _ => Sure(random, on),
        };
    }

    public override IReadOnlyList<Draft> EachKind(YearMonth month)
    {
        var (on, atm) = (month.OnDayOfMonth(9), NewThing("ATM"));
        return
        [
            Install(on, atm), Withdrawal(new Random(1), on, atm), Settlement(on.PlusDays(1), atm, 7, 700), Remove(on.PlusDays(5), atm),
            Expense(on, 5, 6), Expense(on, null, 1), Install(month.FirstDay().PlusDays(-3), NewThing("ATM"), opening: true),
        ];
    }

    public override IReadOnlyList<Draft> Zeros(YearMonth month) =>
        [Settlement(month.OnDayOfMonth(9), Old, 0, 0), Expense(month.OnDayOfMonth(9), 0, 0)];

    public override IReadOnlyList<(IMessage Request, string Reason)> Wrong(LocalDate on) =>
    [
        (Install(on, "").Request, "FIELD_INVALID"),
        (Install(on, new string('A', 41)).Request, "FIELD_INVALID"),
        (Install(on, Old).Request, "ATM_EXISTS"),
        (Remove(on, "ATM-NEVER").Request, "ATM_UNKNOWN"),
        (new RecordWithdrawalRequest { AtmId = Old, WithdrawnAt = $"{on.ToIso()}T10:00:00", CommissionJpy = 1 }, "FIELD_INVALID"),
        (new RecordWithdrawalRequest { AtmId = Old, WithdrawnAt = "2013-02-29T10:00:00+09:00", CommissionJpy = 1 }, "FIELD_INVALID"),
        (new RecordDailySettlementRequest { AtmId = Old, Date = NoDay, Withdrawals = 1, CommissionJpy = 1 }, "FIELD_INVALID"),
        (Settlement(on, Old, 1, -1).Request, "FIELD_INVALID"),
        (Expense(on, null, null).Request, "FIELD_INVALID"),
        (Expense(on, -5, null).Request, "FIELD_INVALID"),
    ];

    public override IEnumerable<Fact> Facts(Books books, YearMonth month, bool isFirst)
    {
        var steps = books.ByDate("atm.placed", month, isFirst);
        var days = Enumerable.Range(0, month.LastDay().Day).Select(day => month.FirstDay().PlusDays(day))
            .Sum(day => steps.LastOrDefault(step => step.Date <= day).Amount);
        return
        [
            .. Flows(books, month, "atm.withdrawals", "atm.revenue.commission", "atm.cost", "atm.sga"),
            .. Dated(books, month, isFirst, "atm.placed"), Amount("atm.days_placed", days),
        ];
    }

    public override bool IsNeverNegative(string measure) => measure is "atm.placed" or "atm.days_placed";

    public override bool IsReversedOnItsOwnDate(Draft draft) => draft.Request is InstallAtmRequest or RemoveAtmRequest;

    private static Draft Install(LocalDate on, string atm, bool opening = false) => new(
        new InstallAtmRequest { AtmId = atm, InstalledOn = on.ToProto(), Opening = opening }, on, new Line("atm.placed", 1))
    {
        Opening = opening, About = atm,
    };

    private static Draft Remove(LocalDate on, string atm) =>
        new(new RemoveAtmRequest { AtmId = atm, RemovedOn = on.ToProto() }, on, new Line("atm.placed", -1)) { About = atm };

    private static Draft Withdrawal(Random random, LocalDate on, string atm)
    {
        // Some clock of the world says the moment; the day in Japan is the same.
        var moment = on.AtMidnight().PlusSeconds(random.Next(86_400)).InZoneStrictly(Contracts.Calendar.Japan).ToOffsetDateTime()
            .WithOffset(Offset.FromHours(random.Next(-11, 13)));
        var at = NodaTime.Text.OffsetDateTimePattern.Rfc3339.Format(moment);
        var commission = random.Next(300);
        return new(new RecordWithdrawalRequest { AtmId = atm, WithdrawnAt = at, CommissionJpy = commission }, on,
            new Line("atm.withdrawals", 1), new Line("atm.revenue.commission", commission))
        { About = atm };
    }

    private static Draft Settlement(LocalDate on, string atm, long withdrawals, long commission) => new(
        new RecordDailySettlementRequest { AtmId = atm, Date = on.ToProto(), Withdrawals = withdrawals, CommissionJpy = commission }, on,
        new Line("atm.withdrawals", withdrawals), new Line("atm.revenue.commission", commission))
    { About = atm };

    private static Draft Expense(LocalDate on, long? cost, long? sga)
    {
        var request = new RecordExpenseRequest { Date = on.ToProto() };
        var lines = new List<Line>();
        if (cost is { } c)
        {
            request.CostJpy = c;
            lines.Add(new("atm.cost", c));
        }

        if (sga is { } s)
        {
            request.SgaJpy = s;
            lines.Add(new("atm.sga", s));
        }

        return new(request, on, [.. lines]);
    }
}

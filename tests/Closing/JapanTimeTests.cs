using Iij.AtmOperations.V1;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>A moment belongs to its day in Japan, whatever clock says it.</summary>
public sealed class JapanTimeTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_withdrawal_belongs_to_its_day_in_Japan(string engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, "japan");
        await using var node = await Node.StartAsync(new AtmBusiness(), database);
        await node.RecordAsync(new Books(), node.Business.Ground(new YearMonth(2011, 12)));
        foreach (var (moment, day) in _moments)
        {
            var answer = await node.AskAsync(Withdrawal(moment));
            Assert.Equal(day[..7], answer.Receipt.PostedMonth.ToYearMonth()!.Value.ToIso());
            var entries = await node.EntriesAsync(answer.Receipt.PostedMonth.ToYearMonth()!.Value);
            Assert.Equal(day, entries.Single(entry => entry.EntryNumber == answer.Receipt.EntryNumber).Date.ToLocalDate()!.Value.ToIso());
        }

        foreach (var wrong in _wrong)
            Assert.Equal("FIELD_INVALID", (await node.AskAsync(Withdrawal(wrong))).Reason);
        await CloseYearAsync(node);
    }

    private static readonly (string Moment, string Day)[] _moments =
    [
        ("2012-12-31T23:59:59+09:00", "2012-12-31"), ("2012-12-31T23:59:59.999999999+09:00", "2012-12-31"),
        ("2013-01-01T00:00:00+09:00", "2013-01-01"), ("2012-12-31T15:00:00Z", "2013-01-01"), ("2012-12-31T14:59:59Z", "2012-12-31"),
        ("2012-12-31T09:59:59-05:00", "2012-12-31"), ("2012-12-31T10:00:00-05:00", "2013-01-01"),
        ("2013-01-01T04:59:59+14:00", "2012-12-31"),
        ("2012-02-29T00:00:00+09:00", "2012-02-29"), ("2012-02-28T15:00:00Z", "2012-02-29"), ("2012-02-29T15:00:00Z", "2012-03-01"),
        ("2012-02-29T23:59:59+09:00", "2012-02-29"), ("2013-02-28T15:00:00Z", "2013-03-01"),
        ("2012-12-31t15:00:00z", "2013-01-01"),
        ("2012-12-31T23:59:59.999999999999+09:00", "2012-12-31"), ("2013-02-28T14:59:59Z", "2013-02-28"),
    ];

    private static readonly string[] _wrong =
    [
        "", "2012-12-31", "2012-12-31T23:59:59", "2013-02-29T00:00:00+09:00", "2012-13-01T00:00:00+09:00", "2012-12-31T25:00:00+09:00",
        "2012-12-31T24:00:00+09:00",
        "2012-12-31T23:59:61+09:00", "31.12.2012 23:59", "1899-12-31T12:00:00+09:00", "2201-01-01T00:00:00+09:00", "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
    ];

    // Each is in the statement of its own month.
    private static async Task CloseYearAsync(Node node)
    {
        var expected = _moments.CountBy(moment => moment.Day[..7]).ToDictionary();
        for (var month = new YearMonth(2012, 2); month <= new YearMonth(2013, 3); month = month.PlusMonths(1))
        {
            var statement = (await node.CloseAsync(month)).Statement;
            var withdrawals = Fact.Of(MeasureCatalog.Parse(statement.Schema, statement.Body)!)
                .Single(fact => fact.Measure == "atm.withdrawals");
            Assert.Equal(expected.GetValueOrDefault(month.ToIso()), withdrawals.Unscaled);
        }

        var late = await node.AskAsync(Withdrawal("2013-03-31T14:59:59Z"));
        Assert.Equal(("PERIOD_CLOSED", "2013-04"), (late.Reason, late.Info!.Metadata["next_open_month"]));
        Assert.True((await node.AskAsync(Withdrawal("2013-03-31T15:00:00Z"))).IsOk);
        Assert.Empty((await node.AskAsync<AuditTotalsResponse>(new AuditTotalsRequest())).Findings);
    }

    private static RecordWithdrawalRequest Withdrawal(string moment) =>
        new() { RequestId = Node.NewId(), AtmId = "ATM-OLD", WithdrawnAt = moment, CommissionJpy = 105 };
}

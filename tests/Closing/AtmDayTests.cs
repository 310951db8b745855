using Iij.AtmOperations.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>How an ATM's day is used is kept, not counted: filled from what an earlier version recorded, and audited.</summary>
public sealed class AtmDayTests
{
    private static readonly LocalDate _day = new(2012, 4, 2);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_uses_of_days_are_filled_from_what_was_recorded_before_they_were_kept(string engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, "atm_day");
        await using (var earlier = await Node.StartAsync(new AtmBusiness(), database))
        {
            await InstallAsync(earlier, "single");
            await InstallAsync(earlier, "settled");
            await InstallAsync(earlier, "free");
            await earlier.AskAsync<RecordWithdrawalResponse>(Withdrawal("single"));
            await earlier.AskAsync<RecordDailySettlementResponse>(Settlement("settled"));
            var wrong = (await earlier.AskAsync(Withdrawal("free"))).Receipt;
            await earlier.AskAsync<Iij.Closing.V1.ReverseEntryResponse>(
                new Iij.Closing.V1.ReverseEntryRequest { RequestId = Node.NewId(), EntryNumber = wrong.EntryNumber, Reason = "wrong" });
        }

        await database.ExecuteAsync("DROP TABLE atm_day");
        await database.ExecuteAsync("DELETE FROM schema_script WHERE name = '0101-atm-days.sql'");
        await using var node = await Node.StartAsync(new AtmBusiness(), database);
        Assert.Empty((await node.AuditAsync()).Findings);
        Assert.Equal("DAY_HAS_WITHDRAWALS", (await node.AskAsync(Settlement("single"))).Reason);
        Assert.Equal("DAY_SETTLED", (await node.AskAsync(Withdrawal("settled"))).Reason);
        Assert.True((await node.AskAsync(Settlement("free"))).IsOk);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_use_that_was_altered_by_hand_is_found(string engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, "atm_day");
        await using var node = await Node.StartAsync(new AtmBusiness(), database);
        await InstallAsync(node, "single");
        await node.AskAsync<RecordWithdrawalResponse>(Withdrawal("single"));
        Assert.Empty((await node.AuditAsync()).Findings);
        foreach (var change in new[] { "singles = singles + 1", "settlements = 1", "day = '2012-04-03'" })
        {
            await database.ExecuteAsync($"UPDATE atm_day SET {change}");
            Assert.Contains((await node.AuditAsync()).Findings, finding => finding.Code == "TOTAL_DIFFERS"
                && finding.Message.StartsWith("single ", StringComparison.Ordinal));
            await database.ExecuteAsync("UPDATE atm_day SET singles = 1, settlements = 0, day = '2012-04-02'");
        }
    }

    private static Task InstallAsync(Node node, string atm) => node.AskAsync<InstallAtmResponse>(new InstallAtmRequest
    {
        RequestId = Node.NewId(), AtmId = atm, InstalledOn = _day.PlusDays(-1).ToProto(), Opening = true,
    });

    private static RecordWithdrawalRequest Withdrawal(string atm) =>
        new() { RequestId = Node.NewId(), AtmId = atm, WithdrawnAt = $"{_day.ToIso()}T12:00:00+09:00", CommissionJpy = 105 };

    private static RecordDailySettlementRequest Settlement(string atm) =>
        new() { RequestId = Node.NewId(), AtmId = atm, Date = _day.ToProto(), Withdrawals = 3, CommissionJpy = 315 };
}

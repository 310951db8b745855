using Google.Protobuf;
using Grpc.Core;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Group.V1;
using Iij.Platform;
using Microsoft.Extensions.Configuration;

namespace Iij.Tests.Reporting;

/// <summary>The policies of a sign-off are settings: the thresholds of a preview, and whether the approver may have closed a month.</summary>
public sealed class SignOffPolicyTests
{
    private const long RevenueOfAMonth = 1_100;
    private static readonly string[] _months =
        [.. Enumerable.Range(0, 12).Select(n => Story.First.PlusMonths(n).ToIso())];

    [Theory]
    [InlineData(12_000, 0, 10, true)] // 13,200 are exactly a tenth more
    [InlineData(12_001, 0, 10, false)]
    [InlineData(14_667, 0, 10, true)]
    [InlineData(14_666, 0, 10, false)]
    [InlineData(12_000, 0, 11, false)]
    [InlineData(13_200, 10_000, 10, true)] // the operating income is 13,200 as well: three tenths more than 10,000 are past it
    [InlineData(13_200, 10_154, 10, false)]
    public async Task A_fiscal_year_that_is_past_a_threshold_of_its_target_is_a_finding(long revenue, long income, int percent, bool isFound)
    {
        await using var sources = await FakeSources.StartAsync();
        await using var bench = await Bench.StartAsync(
            new BusSettings(), peers: sources.Addresses, change: settings => settings.SignOff.RevenueThresholdPercent = percent);
        foreach (var month in _months)
        {
            foreach (var source in Statements.Schemas.Keys.Where(source => source != "group"))
                sources.Close(source, month, source == "network" ? [("network.revenue.wan", RevenueOfAMonth)] : []);
            sources.Tell("group", month, "Closed", WithTargets(revenue, income));
        }

        await bench.Client.FillGapsAsync(new());
        var findings = (await bench.Client.GetEditionPreviewAsync(new() { Period = "FY2012" })).Preview.Findings;
        Assert.Equal(isFound, findings.Any(finding => finding is { Code: "TARGET_DEVIATES", Severity: Severity.Warning }));
        // Other periods have no target.
        Assert.DoesNotContain((await bench.Client.GetEditionPreviewAsync(new() { Period = "FY2012-H1" })).Preview.Findings,
            finding => finding.Code == "TARGET_DEVIATES");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_person_who_closed_a_month_approves_only_where_the_policy_allows_it(bool isAllowed)
    {
        await using var sources = await FakeSources.StartAsync();
        await using var bench = await Bench.StartAsync(
            new BusSettings(), peers: sources.Addresses, change: settings => settings.SignOff.ApproverMayHaveClosed = isAllowed);
        sources.CloseAll("2012-04");
        await bench.Client.FillGapsAsync(new());
        await bench.SignOffAsync("2012-04");
        var approval = bench.ApproveAsync("2012-04", new Metadata { { "iij-actor", "clerk" } });
        if (isAllowed)
            Assert.Equal("clerk", (await approval).ApprovedBy);
        else
            Assert.Equal("CLOSED_BY_APPROVER", (await Bench.RefusedAsync(approval)).Reason);
    }

    [Theory]
    [InlineData("RevenueThresholdPercent", "0")]
    [InlineData("ProfitThresholdPercent", "1001")]
    public void A_threshold_out_of_its_range_is_named(string setting, string value)
    {
        var settings = new Dictionary<string, string?> { ["Storage:Path"] = "x", [$"SignOff:{setting}"] = value };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        Assert.Equal($"SignOff:{setting}", Assert.Throws<SettingsException>(() => ServiceSettings.Read(configuration)).Setting);
    }

    private static string WithTargets(long revenue, long income)
    {
        var statement = JsonParser.Default.Parse<GroupStatement>(Statements.Full("group"));
        foreach (var (line, target) in new[] { ("revenue.total", revenue), ("operating_income", income) }.Where(announced => announced.Item2 > 0))
        {
            statement.Targets.Add(new Announcement
            {
                Item = line, FiscalYear = "FY2012", AnnouncedOn = new() { Year = 2012, Month = 5, Day = 15 }, Value = new() { Unscaled = target },
            });
        }

        return JsonFormatter.Default.Format(statement);
    }
}

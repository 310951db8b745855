using Google.Protobuf.WellKnownTypes;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>What answers for a caller who sees published figures alone: a published edition after its embargo, and nothing else.</summary>
public sealed class PublishedOfTests
{
    private static readonly ReportingPeriod _period = ReportingPeriod.Parse("2012-04")!;

    [Fact]
    public async Task Only_a_published_edition_answers_and_only_after_its_embargo()
    {
        await using var sources = await FakeSources.StartAsync();
        await using var bench = await Bench.StartAsync(peers: sources.Addresses);
        sources.CloseAll("2012-04", ("network.cost", 5));
        await bench.Client.FillGapsAsync(new());
        await UnpublishedAsync(bench); // complete, and not signed off

        await bench.Client.SignOffPeriodAsync(new()
        {
            RequestId = bench.NextRequest(), Period = "2012-04", EmbargoUntil = Timestamp.FromDateTimeOffset(bench.Clock.Now.AddHours(1)),
        }, Bench.Actor);
        await UnpublishedAsync(bench); // prepared
        await bench.ApproveAsync("2012-04");
        await UnpublishedAsync(bench); // under embargo
        bench.Clock.Now = bench.Clock.Now.AddHours(2);
        Assert.Equal((1, ViewState.Published, "5"), await ShownAsync(bench));

        // What comes afterwards shows neither in the figures nor as pending, before it is published itself.
        sources.Restate("network", "2012-04", ("network.cost", 7));
        await bench.Client.FillGapsAsync(new());
        Assert.Equal((1, ViewState.Published, "5"), await ShownAsync(bench));
        var publication = await PublicationAsync(bench);
        Assert.Empty(publication.PendingLines);
        await bench.PublishAsync("2012-04", RestatementKind.Error);
        Assert.Equal((2, ViewState.Restated, "7"), await ShownAsync(bench));

        foreach (var number in new[] { 2, 1 })
        {
            await bench.Client.WithdrawEditionAsync(
                new() { RequestId = bench.NextRequest(), Period = "2012-04", Number = number, Reason = "wrong" }, Bench.Approver);
        }

        await UnpublishedAsync(bench);
    }

    private static async Task<Iij.Reporting.Publication> PublicationAsync(Bench bench, int edition = 0) =>
        bench.Publications.PublishedOf((await bench.Views.LatestAsync(CancellationToken.None)).History, _period, edition);

    private static async Task UnpublishedAsync(Bench bench)
    {
        foreach (var edition in new[] { 0, 1 })
        {
            var refusal = await Assert.ThrowsAsync<Refusal>(() => PublicationAsync(bench, edition));
            Assert.Equal("FIGURES_UNPUBLISHED", refusal.Reason.Name);
        }
    }

    private static async Task<(int Number, ViewState State, string Cost)> ShownAsync(Bench bench)
    {
        var publication = await PublicationAsync(bench);
        var (history, live) = await bench.Views.LatestAsync(CancellationToken.None);
        var figures = new Iij.Reporting.PublishedFigures(bench.Publications, history, live, latest: false, publishedAlone: true);
        var query = new FigureQuery { Line = "network.cost", Period = "2012-04", Kind = Kind.Amount, Unit = Money.V1.Unit.Jpy };
        return (publication.Number, publication.State, figures.Get(query, "", 0).Value);
    }
}

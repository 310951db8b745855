using Grpc.Core;
using Iij.Client;
using Iij.Money.V1;
using Iij.Reporting.V1;

namespace Iij.Tests.Fuzzing;

/// <summary>Models of lines that would cost more than they say: deep, wide, and doubling.</summary>
public sealed class ModelTests(World world) : IClassFixture<World>
{
    private ReportingService.ReportingServiceClient Reporting => new(world.Services.Channels["reporting"]);

    [Theory]
    [InlineData("a chain of 1,000 lines, the first first")]
    [InlineData("a chain of 1,000 lines, the last first")]
    [InlineData("each line names the one before twice")]
    [InlineData("one line of 100,000 terms")]
    [InlineData("one definition of 3,000,000 spaces")]
    [InlineData("a circle of 1,000 lines")]
    public async Task A_model_beyond_measure_is_refused_at_once(string what)
    {
        var before = world.Version();
        var request = new DefineLinesRequest { RequestId = $"model-{Samples.Next()}", Lines = { Model(what) }, Reason = "a test" };
        var error = await Assert.ThrowsAsync<RpcException>(() => Reporting.DefineLinesAsync(request, Rpc.Options(Rpc.Actor)).ResponseAsync);
        Assert.Equal((StatusCode.InvalidArgument, "LINES_INVALID"), (error.StatusCode, RpcErrors.InfoOf(error)?.Reason));
        Assert.Equal(before, world.Version());
    }

    [Fact]
    public async Task The_largest_model_that_is_allowed_answers_quickly_and_its_lineage_can_be_read()
    {
        var chain = Enumerable.Range(0, 32).Select(n => Line($"chain.n{n}", n == 0 ? "+network.cost" : $"+chain.n{n - 1}"));
        var parts = string.Join(' ', Enumerable.Range(0, 300).Select(n => $"+group.cash_flow.item_{n}"));
        var wide = Enumerable.Range(0, 300).Select(n => Line($"wide.n{n}", parts));
        await Tests.Model.TwoSteps.DefineLinesAsync(Reporting, chain.Concat(wide));
        foreach (var line in new[] { "chain.n31", "wide.n299" })
        {
            var lineage = await Reporting.GetLineageAsync(
                new() { Query = new() { Line = line, Period = "FY2012", Kind = Kind.YoyPercent, Unit = Unit.Percent } }, Rpc.Options(null));
            Assert.NotNull(lineage.Root);
        }

        var queries = Enumerable.Range(0, 1_000).Select(n => new FigureQuery
        {
            Line = $"wide.n{n % 300}", Period = "FY2012", Kind = Kind.YoyChange, Unit = Unit.Jpy,
        });
        var figures = await Reporting.ListFiguresAsync(new() { Queries = { queries } }, Rpc.Options(null));
        Assert.Equal(1_000, figures.Figures.Count);
        Assert.Equal(332, (await Reporting.GetViewAsync(new() { Period = "FY2012" }, Rpc.Options(null))).Lines.Count);
    }

    private static IEnumerable<Line> Model(string what) => what switch
    {
        "a chain of 1,000 lines, the first first" =>
            Enumerable.Range(0, 1_000).Select(n => Line($"l.n{n}", n == 0 ? "+network.cost" : $"+l.n{n - 1}")),
        "a chain of 1,000 lines, the last first" =>
            Enumerable.Range(0, 1_000).Select(n => Line($"l.n{n}", n == 999 ? "+network.cost" : $"+l.n{n + 1}")),
        "each line names the one before twice" =>
            Enumerable.Range(0, 40).Select(n => Line($"l.n{n}", n == 0 ? "+network.cost" : $"+l.n{n - 1} +l.n{n - 1}")),
        "one line of 100,000 terms" => [Line("l.wide", string.Join(' ', Enumerable.Repeat("+network.cost", 100_000)))],
        "one definition of 3,000,000 spaces" => [Line("l.empty", "+network.cost" + new string(' ', 3_000_000))],
        _ => Enumerable.Range(0, 1_000).Select(n => Line($"l.n{n}", $"+l.n{(n + 1) % 1_000}")),
    };

    private static Line Line(string name, string definition) => new() { Name = name, Definition = definition };
}

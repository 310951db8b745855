using Google.Protobuf;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>What is kept of the present position is what is computed anew, at every position.</summary>
public sealed class PresentAnswersTests
{
    private static readonly string[] _periods = ["2012-04", "2012-05", "FY2012-Q1", "FY2012"];
    private static readonly string[] _lines = ["atm.cost", "network.cost"];

    [Fact]
    public Task A_kept_answer_is_the_one_computed_anew() => Seeded.CheckAsync(2, async random =>
    {
        await using var bench = await Bench.StartAsync();
        Events[] sources = [new("atm"), new("network")];
        for (var step = 0; step < 12; step++)
        {
            var at = random.Next(sources.Length);
            await bench.AcceptAsync(sources[at].CloseFull(random.Pick(_periods[..2]), (_lines[at], random.Next(1, 1_000))));
            for (var asked = 0; asked < 6; asked++)
                await AskAsync(bench, random);
        }
    });

    // A request that names the position is computed for each caller.
    private static async Task AskAsync(Bench bench, Random random)
    {
        var now = new AsOf { Knowledge = (await bench.ViewAsync()).Knowledge };
        var view = new GetViewRequest { Period = random.Pick(_periods), Latest = random.Next(2) == 0 };
        var anew = (await bench.Client.GetViewAsync(new GetViewRequest(view) { AsOf = now })).ToByteString();
        Assert.Equal(anew, (await bench.Client.GetViewAsync(view)).ToByteString());
        Assert.Equal(anew, (await bench.Client.GetViewAsync(view)).ToByteString());
        var query = new FigureQuery { Line = random.Pick(_lines), Period = random.Pick(_periods), Kind = Kind.Amount, Unit = Iij.Money.V1.Unit.Jpy };
        var figures = new ListFiguresRequest { Queries = { query } };
        Assert.Equal((await bench.Client.ListFiguresAsync(new ListFiguresRequest(figures) { AsOf = now })).ToByteString(),
            (await bench.Client.ListFiguresAsync(figures)).ToByteString());
        var lineage = new GetLineageRequest { Query = query };
        Assert.Equal((await bench.Client.GetLineageAsync(new GetLineageRequest(lineage) { AsOf = now })).ToByteString(),
            (await bench.Client.GetLineageAsync(lineage)).ToByteString());
    }
}

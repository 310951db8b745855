using System.Globalization;

namespace Iij.Tests.Bench;

/// <summary>artifacts/bench.csv: a row for each turn of each run.</summary>
internal static class BenchFile
{
    private const string Header = "at,path,unit,turn,ours,twin";

    public static async Task AppendAsync(BenchPath path, BenchResult result)
    {
        var file = Path.Combine(Directory.CreateDirectory("artifacts").FullName, "bench.csv");
        var at = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var rows = result.Ours.Zip(result.Twin, (ours, twin) => (ours, twin))
            .Select((turn, n) => string.Create(CultureInfo.InvariantCulture, $"{at},{path.Name},{path.Unit},{n + 1},{turn.ours:0.0},{turn.twin:0.0}"));
        await File.AppendAllLinesAsync(file, File.Exists(file) ? rows : rows.Prepend(Header));
    }
}

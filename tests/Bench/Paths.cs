namespace Iij.Tests.Bench;

/// <summary>The paths that are measured, with their targets.</summary>
internal static class Paths
{
    private const string OneRowCommits = "a bare gRPC service that commits one row a call";

    public static IReadOnlyList<BenchPath> All { get; } = [.. new[] { "postgres", "sqlite" }.SelectMany(Of)];

    private static IEnumerable<BenchPath> Of(string engine)
    {
        foreach (var (callers, target, operations) in new[] { (1, 0.8, 500), (32, 2.0, 5_000), (128, 2.0, 8_000) })
        {
            yield return new($"withdrawals-unary-{callers}-{engine}", "withdrawals/s", target, OneRowCommits, operations,
                () => Withdrawals.UnaryAsync(engine, callers));
        }

        yield return new($"view-read-{engine}", "views/s", 0.9, "a bare gRPC service that answers with the same bytes", 8_000,
            () => ViewReads.StartAsync(engine));
        yield return new($"withdrawals-stream-{engine}", "withdrawals/s", 0.7,
            engine == "postgres" ? "binary COPY of 1,000 a transaction into the same tables" : "prepared inserts, 1,000 a transaction, into the same tables",
            20_000, () => Withdrawals.StreamAsync(engine, oneDay: false));
        yield return new($"withdrawals-stream-one-day-{engine}", "withdrawals/s", 0.7, "the same, all on one day of one ATM",
            20_000, () => Withdrawals.StreamAsync(engine, oneDay: true));
    }
}

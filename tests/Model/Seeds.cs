using System.Globalization;
using System.Security.Cryptography;

namespace Iij.Tests.Model;

/// <summary>
/// Where chance comes from: one seed, printed when a law breaks. IIJ_TEST_SEED sets it; the long tests (IIJ_TEST_LONG=1) take a new
/// one each time.
/// </summary>
public static class Seeds
{
    private const int Usual = 20121231;

    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("IIJ_TEST_LONG") == "1";

    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("IIJ_TEST_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : IsLong ? RandomNumberGenerator.GetInt32(int.MaxValue) : Usual;

    /// <summary>Runs a law with its own chance; says the seed and what had happened where the law does not hold.</summary>
    public static async Task HoldsAsync(Func<Random, ICollection<string>, Task> law, int turn = 0)
    {
        var steps = new List<string>();
        try
        {
            await law(new Random(unchecked(Seed + 7919 * turn)), steps);
        }
        catch (Exception error)
        {
            var last = string.Join("\n  ", steps.TakeLast(40));
            throw new LawBrokenException(
                $"IIJ_TEST_SEED={Seed}, turn {turn}: {error.Message}\nthe last of {steps.Count} steps:\n  {last}", error);
        }
    }

    /// <summary>Once as usual, ten times as a long test.</summary>
    public static async Task ManyAsync(int turn, Func<Random, ICollection<string>, Task> law)
    {
        for (var round = 0; round < (IsLong ? 10 : 1); round++)
            await HoldsAsync(law, turn + 100 * round);
    }

    public static T One<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public static bool Chance(this Random random, int percent) => random.Next(100) < percent;

    /// <summary>A small amount mostly, sometimes zero, sometimes a large one.</summary>
    public static long Yen(this Random random) => random.Next(20) switch
    {
        0 => 0,
        1 => random.NextInt64(1_000_000_000_000),
        _ => random.NextInt64(1, 1_000_000),
    };
}

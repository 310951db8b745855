using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace Iij.Tests.Reporting;

/// <summary>Runs a law over generated cases; a failure names the seed, and IIJ_TEST_SEED replays that one case.</summary>
internal static class Seeded
{
    private const string Variable = "IIJ_TEST_SEED";
    private const int First = 20_130_212;

    public static void Check(int cases, Action<Random> law, [CallerMemberName] string name = "")
    {
        foreach (var seed in Seeds(cases))
        {
            try
            {
                law(new Random(seed));
            }
            catch (Exception error)
            {
                throw Failure(name, seed, error);
            }
        }
    }

    public static async Task CheckAsync(int cases, Func<Random, Task> law, [CallerMemberName] string name = "")
    {
        foreach (var seed in Seeds(cases))
        {
            try
            {
                await law(new Random(seed));
            }
            catch (Exception error)
            {
                throw Failure(name, seed, error);
            }
        }
    }

    /// <summary>As many at a time as there are processors, where a case takes long and waits for others.</summary>
    public static Task CheckSideBySideAsync(int cases, Func<Random, Task> law, [CallerMemberName] string name = "") =>
        Parallel.ForEachAsync(Seeds(cases), async (seed, _) =>
        {
            try
            {
                await law(new Random(seed));
            }
            catch (Exception error)
            {
                throw Failure(name, seed, error);
            }
        });

    /// <summary>The seeds of so many cases, to be printed.</summary>
    public static string Described(int cases) => string.Create(CultureInfo.InvariantCulture, $"{Seeds(cases).First()} to {Seeds(cases).Last()}");

    public static T Pick<T>(this Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];

    public static List<T> Shuffled<T>(this Random random, IEnumerable<T> of)
    {
        var all = of.ToArray();
        random.Shuffle(all);
        return [.. all];
    }

    private static IEnumerable<int> Seeds(int cases) =>
        int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var given)
            ? [given]
            : Enumerable.Range(First, cases);

    private static XunitException Failure(string name, int seed, Exception error) =>
        new($"{name} fails; replay this case with {Variable}={seed.ToString(CultureInfo.InvariantCulture)}\n{error}");
}

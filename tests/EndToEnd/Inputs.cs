using Iij.Tests.Oracle;

namespace Iij.Tests.EndToEnd;

/// <summary>A generated ledger with its figures on disk, as arguments of the program.</summary>
public sealed class Inputs
{
    private readonly string _folder;

    private Inputs(string folder, Draft draft) => (_folder, Figures) = (folder, FiguresGenerator.Parse(draft));

    public IReadOnlyList<Oracle.Figure> Figures { get; }

    public string Ledger => Path.Combine(_folder, "ledger");

    public string Reproduced => $"{Figures.Count} of {Figures.Count} printed figures reproduced";

    /// <summary>Small enough to load in a second or two.</summary>
    public static Inputs Small(string folder, int seed) =>
        Write(folder, seed, new(MonthsMin: 13, MonthsMax: 15, AtmDaysMax: 800, OrdersMax: 20));

    /// <summary>Large enough to be killed while it loads and while it closes.</summary>
    public static Inputs Large(string folder, int seed) => Write(folder, seed, new(MonthsMin: 26, MonthsMax: 27, AtmDaysMax: 10_000));

    public string[] Arguments(string data, params string[] more) =>
        ["--ledger", Ledger, "--figures", Path.Combine(_folder, Schema.FiguresFile), "--data", data, .. more];

    private static Inputs Write(string folder, int seed, LedgerSize size)
    {
        var draft = FiguresGenerator.WithFigures(LedgerGenerator.Generate(seed, size), seed, count: 200);
        draft.Write(folder);
        return new Inputs(folder, draft);
    }
}

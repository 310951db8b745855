using System.Globalization;

namespace Iij.Tests.Oracle;

/// <summary>The oracle from a command line: check, generate, bad, survey.</summary>
internal static class Program
{
    private const string Usage = """
        check LEDGER FIGURES    DIFF line,period,kind,printed,computed per difference, then N of M
        generate SEED DIR       DIR/ledger and DIR/figures.csv, valid and reproduced
        bad SEED DIR            DIR/CASE/ledger and DIR/CASE/figures.csv with one defect each, DIR/expected.csv
        survey COUNT            seeds 1 to COUNT: valid, reproduced, every bad case refused; what they cover
        """;

    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["check", var ledger, var figures]: return Check(ledger, figures);
            case ["generate", var seed, var folder]: return Generate(Number(seed), folder);
            case ["bad", var seed, var folder]: return Bad(Number(seed), folder);
            case ["survey", var count]: return Survey.Run(Number(count));
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static int Check(string ledgerFolder, string figuresFile)
    {
        var linesFile = Path.Combine(ledgerFolder, "..", "lines.csv");
        var definitions = File.Exists(linesFile) ? LedgerOracle.ParseLines(DraftFile.FromBytes(File.ReadAllBytes(linesFile))) : null;
        var refusals = Validator.Validate(ledgerFolder, figuresFile, definitions);
        foreach (var refusal in refusals)
            Console.WriteLine($"REFUSED {refusal.File},{refusal.Line},{refusal.Reason}");
        if (refusals.Count > 0)
            return 1;

        var draft = Draft.Read(ledgerFolder, figuresFile);
        var oracle = new LedgerOracle(draft, definitions);
        var figures = FiguresGenerator.Parse(draft);
        var different = figures.Where(figure => !oracle.Reproduces(figure)).ToList();
        foreach (var figure in different)
            Console.WriteLine($"DIFF {figure.Line},{figure.Period},{figure.Kind},{figure.Value},{oracle.Print(figure)}");
        Console.WriteLine($"{figures.Count - different.Count} of {figures.Count} printed figures reproduced");
        return different.Count == 0 ? 0 : 1;
    }

    private static int Generate(int seed, string folder)
    {
        FiguresGenerator.WithFigures(LedgerGenerator.Generate(seed), seed).Write(folder);
        return 0;
    }

    private static int Bad(int seed, string folder)
    {
        var expected = new List<string> { "case,file,line,word" };
        foreach (var badCase in BadInputs.All)
        {
            var draft = BadInputs.Base(seed);
            var refusal = badCase.Spoil(draft);
            draft.Write(Path.Combine(folder, badCase.Name));
            expected.Add(string.Create(CultureInfo.InvariantCulture, $"{badCase.Name},{refusal.File},{refusal.Line},{refusal.Reason}"));
        }
        File.WriteAllLines(Path.Combine(folder, "expected.csv"), expected);
        return 0;
    }
}

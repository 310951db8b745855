using Iij.Local.Ledger;
using Iij.Reporting;
using Iij.Tests.Oracle;
using Xunit.Abstractions;

namespace Iij.Tests.EndToEnd;

/// <summary>Every defect that the README refuses: at its file, its line, with its reason, before anything is recorded.</summary>
public sealed class BadInputTests(ITestOutputHelper output)
{
    private static readonly LineModel Lines = LineModel.ReadBuiltIn();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_bad_input_is_refused_where_it_is_bad(int seed)
    {
        var wrong = new List<string>();
        foreach (var bad in BadInputs.All)
        {
            var draft = BadInputs.Base(seed);
            var expected = bad.Spoil(draft);
            if (!Meets(expected, Refused(draft)))
                wrong.Add($"seed {seed}, {bad.Name}: expected {expected}, got {Refused(draft)}");
        }

        output.WriteLine($"seed {seed}: {BadInputs.All.Count} cases");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Null(Refused(BadInputs.Base(seed)));
    }

    [Theory]
    [InlineData("month-missing-cloud")]
    [InlineData("operation-beyond-left-in-date-order")]
    [InlineData("file-absent-group_memo")]
    [InlineData("figures-qoq-of-month")]
    public async Task The_program_names_file_line_and_reason_and_the_folder_takes_the_good_ledger_then(string name)
    {
        using var folder = new TemporaryFolder();
        var good = BadInputs.Base(seed: 4);
        var bad = BadInputs.Base(seed: 4);
        var expected = BadInputs.All.Single(each => each.Name == name).Spoil(bad);
        bad.Write(folder["bad"]);
        good.Write(folder["good"]);
        var refused = await LocalProcess.RunAsync(Arguments(folder, "bad"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Empty(refused.Output);
        Assert.StartsWith($"{expected.File}:{expected.Line}: ", refused.Errors, StringComparison.Ordinal);
        Assert.True(BadInputs.Says(refused.Errors, expected.Reason), refused.Errors);
        var accepted = await LocalProcess.RunAsync(Arguments(folder, "good"));
        Assert.True(accepted.ExitCode == 0, accepted.Errors);
        var count = FiguresGenerator.Parse(good).Count;
        Assert.Equal([$"{count} of {count} printed figures reproduced"], accepted.Output);
    }

    private static string[] Arguments(TemporaryFolder folder, string inputs) =>
    [
        "--once", "--ledger", Path.Combine(folder[inputs], "ledger"), "--figures", Path.Combine(folder[inputs], Schema.FiguresFile),
        "--data", folder["data"],
    ];

    private static bool Meets(Refusal expected, InputException? found) => found is not null && found.File == expected.File
        && found.Line == expected.Line && BadInputs.Says(found.Reason, expected.Reason);

    private static InputException? Refused(Draft draft)
    {
        using var folder = new TemporaryFolder();
        draft.Write(folder.Path);
        try
        {
            LedgerReader.Read(folder["ledger"], Lines);
            FiguresFile.Read(folder[Schema.FiguresFile], Lines);
            return null;
        }
        catch (InputException refused)
        {
            return refused;
        }
    }
}

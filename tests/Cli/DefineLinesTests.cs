using Iij.Reporting.V1;

namespace Iij.Tests.Cli;

/// <summary>A new version of the lines model at the command line: prepared from a file, shown, returned and approved by another person.</summary>
public sealed class DefineLinesTests(Books books) : IClassFixture<Books>, IDisposable
{
    private const int Refused = 1;
    private const int Usage = 2;
    private readonly string _file = Path.GetTempFileName();
    private readonly Iij _carol = books.Iij("carol");
    private readonly Iij _erin = books.Iij("erin");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task The_model_changes_in_two_steps()
    {
        var now = (await _carol.DoesAsync("lines", "--json")).Answer<ListLinesResponse>();
        await File.WriteAllLinesAsync(_file, now.Lines.Select(line =>
            $"{line.Name},{(line.Name == "sga" ? "+group.sga" : line.Definition)}").Prepend("line,definition"));
        Assert.Contains("say why: give --reason", await _carol.FailsAsync(Usage, "define-lines", _file), StringComparison.Ordinal);
        Assert.Contains("give FILE, --approve or --return", await _carol.FailsAsync(Usage, "define-lines"), StringComparison.Ordinal);
        var prepared = await _carol.DoesAsync("define-lines", _file, "--reason", "ATM apart", "--period", "2012-04");
        Assert.Equal("+group.sga +atm.sga", prepared.Row("sga")[1]);
        Assert.Contains("lines version 2, prepared by carol: ATM apart", prepared.Output, StringComparison.Ordinal);
        Assert.Contains("figures of 2012-04 differ from the live view", prepared.Output, StringComparison.Ordinal);
        Assert.Contains("SAME_PERSON", await _carol.FailsAsync(Refused, "define-lines", "--approve"), StringComparison.Ordinal);
        Assert.Contains("version 2 is returned to carol",
            (await _erin.DoesAsync("define-lines", "--return", "--reason", "not now")).Output, StringComparison.Ordinal);
        Assert.Contains("LINES_NOT_PREPARED", await _erin.FailsAsync(Refused, "define-lines", "--return", "--reason", "twice"), StringComparison.Ordinal);

        await _carol.DoesAsync("define-lines", _file, "--reason", "ATM apart");
        Assert.Contains("LINES_OUTDATED", await _erin.FailsAsync(Refused, "define-lines", "--approve", "--digest", "0000"), StringComparison.Ordinal);
        var approved = (await _erin.DoesAsync("define-lines", "--approve", "--json")).Answer<ApproveLinesResponse>();
        Assert.Equal((2, LinesState.Approved, "erin"), (approved.Model.Version, approved.Model.State, approved.Model.ApprovedBy));
        Assert.StartsWith("lines version 2, prepared by carol, approved by erin: ATM apart",
            (await _carol.DoesAsync("lines")).Output, StringComparison.Ordinal);
        Assert.Contains("lines approved", (await _carol.DoesAsync("decisions")).Output, StringComparison.OrdinalIgnoreCase);
    }
}

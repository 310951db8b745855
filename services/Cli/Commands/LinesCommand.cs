using System.CommandLine;
using Iij.Reporting.V1;

namespace Iij.Cli.Commands;

/// <summary>The lines model.</summary>
internal static class LinesCommand
{
    private static readonly Option<int> _version = new("--version") { HelpName = "N", Description = "A version of the model (default: the latest)." };

    /// <summary>iij lines.</summary>
    public static CliCommand Create() => new CliCommand("lines", "The consolidated lines with their definitions.", "iij lines", "iij lines --version 1")
    {
        _version,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var answer = await reporting.ListLinesAsync(new() { Version = session.Get(_version) }, session.Reading);
        session.Output.Answer(answer, () =>
        {
            var table = Shown.Table("line", "nature", "unit", "definition");
            foreach (var line in answer.Lines)
                table.Row(line.Name, EnumWords.Text(line.Nature), Figures.UnitText(line.Unit), line.Definition);
            return [Shown.Line($"lines version {answer.Version}{Model(answer.Model)}"), table];
        });
    });

    private static string Model(LinesVersion model) => model.State switch
    {
        LinesState.Prepared => $", prepared by {model.PreparedBy}, not approved: {model.Reason}",
        _ when model.PreparedBy.Length > 0 => $", prepared by {model.PreparedBy}, approved by {model.ApprovedBy}: {model.Reason}",
        _ => "",
    };
}

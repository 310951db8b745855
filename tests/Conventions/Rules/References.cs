using System.Xml;
using System.Xml.Linq;

namespace Iij.Tests.Conventions.Rules;

/// <summary>Who may import whom, and that every project is built and tested.</summary>
public static class References
{
    private static readonly string[] _ofServers = ["MassTransit", "Npgsql", "Microsoft.Data.Sqlite", "OpenTelemetry", "RabbitMQ.Client", "Grpc.AspNetCore"];
    private const string TestAdvice = "<IsTestProject>true</IsTestProject> and Microsoft.NET.Test.Sdk go together, or the tests never run.";

    /// <summary>A project references only what <see cref="Modules.MayReference"/> gives it.</summary>
    public static IEnumerable<Finding> Graph(SourceTree tree)
    {
        foreach (var project in Projects(tree, "services"))
        {
            var name = NameOf(project.Path);
            if (!Modules.MayReference.TryGetValue(name, out var allowed))
            {
                yield return project.At(1, $"'{name}' has no row in tests/Conventions/Modules.cs: say there what it may reference.");
                continue;
            }
            foreach (var (target, line) in Targets(project).Where(target => !allowed.Contains(target.Name)))
            {
                yield return project.At(line, $"'{name}' may reference {Listed(allowed)}, not '{target}': move what it needs there.");
            }
        }
    }

    /// <summary>A project outside the solution is neither built nor tested.</summary>
    public static IEnumerable<Finding> InSolution(SourceTree tree)
    {
        var solution = tree.Files.FirstOrDefault(file => file.Path == "Iij.Services.sln")?.Text.Replace('\\', '/') ?? "";
        return Projects(tree, "services", "tests")
            .Where(project => !solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal))
            .Select(project => project.At(1, $"is not in Iij.Services.sln: dotnet sln add {project.Path}"));
    }

    /// <summary>The root says that a project holds no tests; a project with tests must say otherwise, or they never run.</summary>
    public static IEnumerable<Finding> TestsAreRun(SourceTree tree) => Projects(tree, "services", "tests")
        .Where(project => project.Text.Contains("\"Microsoft.NET.Test.Sdk\"", StringComparison.Ordinal)
            != project.Text.Contains("<IsTestProject>true</IsTestProject>", StringComparison.Ordinal))
        .Select(project => project.At(1, TestAdvice));

    /// <summary>A version that no project asks for is dead weight, and one day a surprise.</summary>
    public static IEnumerable<Finding> PinsAreUsed(SourceTree tree)
    {
        var used = Projects(tree, "services", "tests")
            .SelectMany(project => XDocument.Parse(project.Text).Descendants("PackageReference"))
            .Select(reference => (string?)reference.Attribute("Include"))
            .ToHashSet();
        return tree.Files.Where(file => file.Path == "Directory.Packages.props")
            .SelectMany(file => XDocument.Parse(file.Text, LoadOptions.SetLineInfo).Descendants("PackageVersion")
                .Where(pin => !used.Contains((string?)pin.Attribute("Include")))
                .Select(pin => file.At(((IXmlLineInfo)pin).LineNumber, $"'{pin.Attribute("Include")?.Value}' is pinned and no project references it.")));
    }

    /// <summary>The command line is a client: it brings no package of servers, databases, brokers or metrics.</summary>
    public static IEnumerable<Finding> CliIsAClient(SourceTree tree) =>
        from file in tree.Files.Where(file => file.Path == "services/Cli/packages.lock.json")
        from package in _ofServers
        where file.Text.Contains($"\"{package}\": {{", StringComparison.Ordinal)
        select file.At(1, $"'{package}' belongs to servers: move what the command line needs to services/Client.");

    private static IEnumerable<SourceFile> Projects(SourceTree tree, params string[] folders) =>
        tree.Files.Where(file => file.Ends(".csproj") && file.IsUnder(folders));

    private static IEnumerable<(string Name, int Line)> Targets(SourceFile project)
    {
        foreach (var element in XDocument.Parse(project.Text, LoadOptions.SetLineInfo).Descendants())
        {
            var line = ((IXmlLineInfo)element).LineNumber;
            if (element.Name.LocalName == "ProjectReference") yield return (NameOf((string?)element.Attribute("Include") ?? ""), line);
        }
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "nothing" : string.Join(", ", names);
}

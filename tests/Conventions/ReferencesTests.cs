using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class ReferenceGraphTests() : RuleTests(References.Graph)
{
    [Theory]
    [InlineData("Cloud", "../Group/Group.csproj")]
    [InlineData("Cloud", "..\\Atm\\Atm.csproj")]
    [InlineData("Closing", "../Cloud/Cloud.csproj")]
    [InlineData("Platform", "../Closing/Closing.csproj")]
    [InlineData("Contracts", "../Platform/Platform.csproj")]
    [InlineData("Reporting", "../Closing/Closing.csproj")]
    [InlineData("Reporting", "../Group/Group.csproj")]
    public void A_reference_against_the_flow_is_caught(string project, string target) =>
        Catches($"services/{project}/{project}.csproj", $"<Project>\n\n<ProjectReference Include=\"{target}\" />\n</Project>", 3);

    [Fact]
    public void A_project_without_a_row_is_caught() => Catches("services/Common/Common.csproj", "<Project />");

    [Theory]
    [InlineData("Cloud", "../Closing/Closing.csproj")]
    [InlineData("Local", "../Reporting/Reporting.csproj")]
    [InlineData("Local", "../Backlog/Backlog.csproj")]
    public void A_reference_with_the_flow_passes(string project, string target) =>
        Passes($"services/{project}/{project}.csproj", $"<Project><ProjectReference Include=\"{target}\" /></Project>");
}

public sealed class SolutionTests() : RuleTests(References.InSolution)
{
    [Fact]
    public void A_project_outside_the_solution_is_caught() =>
        CatchesIn(Tree("services\\Closing\\Closing.csproj"), "tests/Conventions/Conventions.csproj");

    [Fact]
    public void Projects_in_the_solution_pass() => PassesIn(Tree("services\\Closing\\Closing.csproj\", \"{1}\"\n\"tests/Conventions/Conventions.csproj"));

    private static SourceTree Tree(string listed) => SourceTree.Of(
        ("Iij.Services.sln", $"Project(\"\") = \"Name\", \"{listed}\", \"2\""),
        ("services/Closing/Closing.csproj", "<Project />"),
        ("tests/Conventions/Conventions.csproj", "<Project />"));
}

public sealed class PinsAreUsedTests() : RuleTests(References.PinsAreUsed)
{
    [Fact]
    public void A_pinned_package_that_nobody_references_is_caught() => CatchesIn(Tree("Other"), "Directory.Packages.props");

    [Fact]
    public void A_pinned_package_that_is_referenced_passes() => PassesIn(Tree("Dapper"));

    private static SourceTree Tree(string referenced) => SourceTree.Of(
        ("Directory.Packages.props", "<Project><PackageVersion Include=\"Dapper\" Version=\"1\" /></Project>"),
        ("services/Platform/Platform.csproj", $"<Project><PackageReference Include=\"{referenced}\" /></Project>"));
}

public sealed class CliIsAClientTests() : RuleTests(References.CliIsAClient)
{
    private const string Lock = "services/Cli/packages.lock.json";

    [Fact]
    public void A_package_of_servers_is_caught() => Catches(Lock, "{ \"Npgsql\": { \"type\": \"Transitive\" } }");

    [Fact]
    public void A_package_of_clients_passes() => Passes(Lock, "{ \"Grpc.Net.Client\": { \"type\": \"Transitive\" } }");
}

public sealed class TestsAreRunTests() : RuleTests(References.TestsAreRun)
{
    [Fact]
    public void A_test_project_that_never_runs_is_caught() =>
        Catches("tests/X/X.csproj", "<PackageReference Include=\"Microsoft.NET.Test.Sdk\" />");

    [Fact]
    public void A_library_passes() => Passes("tests/X/X.csproj", "<PackageReference Include=\"xunit\" />");
}

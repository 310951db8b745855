using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

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

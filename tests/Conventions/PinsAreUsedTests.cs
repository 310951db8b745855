using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

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

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

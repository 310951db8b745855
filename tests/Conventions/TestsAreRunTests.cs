using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class TestsAreRunTests() : RuleTests(References.TestsAreRun)
{
    [Fact]
    public void A_test_project_that_never_runs_is_caught() =>
        Catches("tests/X/X.csproj", "<PackageReference Include=\"Microsoft.NET.Test.Sdk\" />");

    [Fact]
    public void A_library_passes() => Passes("tests/X/X.csproj", "<PackageReference Include=\"xunit\" />");
}

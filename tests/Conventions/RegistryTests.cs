using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class RegistryTests() : RuleTests(Places.Registries)
{
    [Theory]
    [InlineData("\"resolved\": \"https://registry.npmjs.org/a/-/a-1.tgz\"")]
    [InlineData("<add key=\"x\" value=\"https://api.nuget.org/v3/index.json\" />")]
    [InlineData("source = nexus.example.com/repository")]
    [InlineData("FROM company.jfrog.io/dotnet/sdk")]
    public void A_registry_is_caught(string line) => Catches("deploy/file", "\n" + line, 2);

    [Fact]
    public void Official_images_pass() =>
        Passes("deploy/Dockerfile", "FROM mcr.microsoft.com/dotnet/sdk:10.0\n# https://www.nuget.org/packages/Dapper");
}

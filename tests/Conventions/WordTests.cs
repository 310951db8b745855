using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class NameTests() : RuleTests(Words.InNames)
{
    [Theory]
    [InlineData("services/Common/A.cs")]
    [InlineData("services/Closing/DateHelper.cs")]
    [InlineData("services/Closing/PeriodManager.cs")]
    [InlineData("services/Core/A.cs")]
    [InlineData("services/BuildingBlocks/A.cs")]
    [InlineData("deploy/utils/up.sh")]
    public void A_name_that_says_nothing_is_caught(string path) => Catches(path, "");

    [Theory]
    [InlineData("class SqlHelpers;")]
    [InlineData("enum CommonKind { }")]
    public void A_type_that_says_nothing_is_caught(string code) => Catches("services/Closing/A.cs", "\n" + code, 2);

    [Theory]
    [InlineData("services/Closing/Score.cs")]
    [InlineData("tests/Closing/Uncommon.cs")]
    public void Other_names_pass(string path) => Passes(path, "");
}

public sealed class UnfinishedTests() : RuleTests(Words.Unfinished)
{
    [Theory]
    [InlineData("services/A/A.cs", "// TODO: later")]
    [InlineData("protos/iij/a/v1/a.proto", "// FIXME")]
    [InlineData("deploy/up.sh", "# HACK around")]
    public void A_promise_is_caught(string path, string line) => Catches(path, "\n" + line, 2);

    [Fact]
    public void Words_that_contain_a_mark_pass() => Passes("services/A/A.cs", "// a Hackathon; todo lists; XXXL");
}

public sealed class DocstringTests() : RuleTests(Docstrings.Check)
{
    private const string Summary = "/// <summary>Why.</summary>";

    [Theory]
    [InlineData("\npublic class A;")]
    [InlineData("\npublic enum A { B }")]
    [InlineData("\npublic partial class A; partial class A;")]
    [InlineData("\npublic delegate void A();")]
    [InlineData($"{Summary} \npublic class A {{ }} class B {{ }} public record C(int D);", 2)]
    [InlineData($"{Summary}\npublic class A {{\npublic void B() {{ }} }}", 3)]
    [InlineData($"{Summary}\npublic class A {{\npublic int B {{ get; }} }}", 3)]
    [InlineData($"{Summary}\npublic class A {{\n// Why.\npublic static int B => 1; }}", 4)]
    [InlineData($"{Summary}\npublic interface A {{\nvoid B(); }}", 3)]
    public void Something_public_without_a_word_is_caught(string code, int line = 2) => Catches("services/Closing/A.cs", code, line);

    [Theory]
    [InlineData($"{Summary}\npublic record A(int B) {{ public A() : this(1) {{ }} public override string ToString() => \"\"; int c; }}")]
    [InlineData("class A { public void B() { } public class C; }")]
    [InlineData($"{Summary}\npublic class A : IA {{ void IA.B() {{ }} private int C() => 1; internal int D() => 1; }}")]
    [InlineData($"{Summary}\npublic class A {{\n/// <inheritdoc />\npublic void B() {{ }} }}")]
    [InlineData($"{Summary}\n[Flags]\npublic enum A {{ B }}")]
    [InlineData($"namespace X {{ {Summary}\npublic partial class A; }} namespace X {{ public partial class A; }}")]
    public void What_is_explained_or_not_public_passes(string code) => Passes("services/Closing/A.cs", code);

    [Fact]
    public void Local_and_tests_need_no_words() => PassesIn(SourceTree.Of(
        ("services/Local/A.cs", "public class A;"),
        ("tests/Closing/A.cs", "public class A;")));
}

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

public sealed class MachinePathTests() : RuleTests(Places.MachinePaths)
{
    [Theory]
    [InlineData("cd /work/main")]
    [InlineData("\"/tmp/data\"")]
    [InlineData("HOME=/root/.config")]
    public void A_path_of_one_machine_is_caught(string line)
    {
        Catches("deploy/up.sh", "\n" + line, 2);
        Passes("tests/EndToEnd/up.sh", line);
    }

    [Fact]
    public void Other_paths_pass() => Passes("README.md", "see docs/work/a.md, https://example.org/work/b and network/root/c");
}

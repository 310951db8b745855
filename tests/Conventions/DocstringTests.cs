using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

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

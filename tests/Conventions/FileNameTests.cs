using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class FileNameTests() : RuleTests(FileNames.Check)
{
    [Theory]
    [InlineData("class B { }")]
    [InlineData("class A { }\nstatic class B { }", 2)]
    [InlineData("class A { }\ninterface IB { }", 2)]
    [InlineData("record B(int C);")]
    public void A_type_in_the_file_of_another_is_caught(string text, int line = 1) => Catches("services/Group/A.cs", text, line);

    [Fact]
    public void A_long_record_is_caught() =>
        Catches("services/Group/A.cs", $"class A {{ }}\nrecord B {{{new string('\n', 12)}}}", 2);

    [Theory]
    [InlineData("A.cs", "class A { class B { } }")]
    [InlineData("A.Part.cs", "namespace C;\npartial class A { }")]
    [InlineData("A.cs", "record B(int C);\nenum D { E }\ndelegate void F();\nclass GException { }\nstruct A { }")]
    [InlineData("Program.cs", "return 0;")]
    public void A_type_in_its_own_file_passes(string name, string text) => Passes("services/Group/" + name, text);
}

using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class LoneInterfaceTests() : RuleTests(LoneInterface.Check)
{
    [Theory]
    [InlineData("class A : IStore { }")]
    [InlineData("record A(int B) : Base(B), Closing.IStore;")]
    [InlineData("interface IMore : IStore { } class A : IMore { } class B : IMore { }")]
    [InlineData("class A { IStore b; }")]
    [InlineData("")]
    public void Fewer_than_two_implementations_are_caught(string others) =>
        Catches("services/Closing/Store.cs", $"{others}\ninterface IStore {{ }}", 2);

    [Fact]
    public void An_implementation_in_a_test_does_not_count() => CatchesIn(
        SourceTree.Of(
            ("services/Closing/IStore.cs", "interface IStore; class A : IStore;"),
            ("tests/Closing/Fake.cs", "class B : IStore;")),
        "services/Closing/IStore.cs");

    [Fact]
    public void Two_implementations_pass() =>
        Passes("services/Closing/IStore.cs", "interface IStore<T>; class A : IStore<int>; struct B : IStore<long>;");
}

public sealed class MethodLengthTests() : RuleTests(Lengths.Methods)
{
    [Theory]
    [InlineData("void B()")]
    [InlineData("A()")]
    [InlineData("int B { get; set; } static void C()")]
    public void A_long_method_is_caught(string head)
    {
        Catches("services/Closing/A.cs", $"class A\n{{\n{head} {{{new string('\n', 40)}}}\n}}", 3);
        Passes("services/Closing/A.cs", $"class A\n{{\n{head} {{{new string('\n', 39)}}}\n}}");
    }

    [Fact]
    public void A_long_local_function_is_caught_in_tests_too() =>
        Catches("tests/A/Program.cs", $"\nvoid B() {{{new string('\n', 40)}}}", 2);
}

public sealed class FileLengthTests() : RuleTests(Lengths.Files)
{
    [Fact]
    public void A_long_file_is_caught()
    {
        Catches("services/Closing/A.cs", new string('\n', 500) + "//", 501);
        Passes("services/Closing/A.cs", new string('\n', 499) + "//\n");
    }
}

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

public sealed class LineLengthTests() : RuleTests(Lengths.Lines)
{
    [Fact]
    public void A_long_line_is_caught()
    {
        Catches("tests/Closing/A.cs", "\n" + new string('/', 161), 2);
        Catches("services/Closing/schema/001.sql", new string('-', 161));
        Passes("tests/Closing/A.cs", new string('/', 160));
    }
}

public sealed class ProgramLengthTests() : RuleTests(Lengths.Programs)
{
    [Fact]
    public void A_source_that_does_more_than_assemble_is_caught()
    {
        Catches("services/Cloud/Program.cs", new string('\n', 20) + "Run();\n", 21);
        Passes("services/Cloud/Program.cs", new string('\n', 19) + "Run();\n");
        Passes("services/Local/Program.cs", new string('\n', 90) + "Run();\n");
    }
}

using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

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

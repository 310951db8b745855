using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

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

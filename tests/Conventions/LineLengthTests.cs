using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

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

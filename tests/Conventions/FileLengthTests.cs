using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class FileLengthTests() : RuleTests(Lengths.Files)
{
    [Fact]
    public void A_long_file_is_caught()
    {
        Catches("services/Closing/A.cs", new string('\n', 500) + "//", 501);
        Passes("services/Closing/A.cs", new string('\n', 499) + "//\n");
    }
}

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

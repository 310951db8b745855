using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class StarTests() : RuleTests(Sql.Stars)
{
    [Theory]
    [InlineData("SELECT * FROM period")]
    [InlineData("select p.* from period p")]
    [InlineData("SELECT id, p.* FROM period p")]
    [InlineData("INSERT INTO a (b) VALUES (1) RETURNING *")]
    public void A_star_is_caught(string sql)
    {
        Catches("services/Closing/PeriodStore.cs", $"class A\n{{\n    const string B = \"{sql}\";\n}}", 3);
        Catches("services/Closing/PeriodStore.cs", $"class A {{\n  string B = $\"\"\"\n{sql}\n\"\"\"; }}", 2);
        Catches("services/Closing/schema/001.sql", $"-- a view\n{sql};", 2);
    }

    [Fact]
    public void Counting_and_multiplying_pass() =>
        Passes("services/A/AStore.cs", "class A { string B = \"SELECT count(*), a * b FROM c\"; }");

    [Fact]
    public void A_comment_passes() => Passes("services/A/schema/001.sql", "-- never SELECT *\n/* nor\nselect * */");
}

using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class FloatingPointTests() : RuleTests(FloatingPoint.Check)
{
    [Theory]
    [InlineData("double x;")]
    [InlineData("float[] x;")]
    [InlineData("object x = 0.1;")]
    [InlineData("object x = 1e3f;")]
    [InlineData("object x = Convert.ToDouble(1);")]
    [InlineData("object x = Math.Pow(2, 3);")]
    [InlineData("object x = Double.Parse(\"1\");")]
    [InlineData("string x = \"CREATE TABLE a (b REAL)\";")]
    [InlineData("string x = \"SELECT CAST(a AS double precision) FROM b\";")]
    public void A_fraction_in_code_is_caught(string member) => Catches("services/Closing/Totals.cs", $"class A\n{{\n{member}\n}}", 3);

    [Theory]
    [InlineData("object x = TimeSpan.FromSeconds(0.5);")]
    [InlineData("decimal x = 0.1m;")]
    [InlineData("object x = list.Single();")]
    [InlineData("string x = \"a real word\";")]
    public void Times_decimals_and_words_pass(string member) => Passes("services/Closing/Totals.cs", $"class A {{ {member} }}");

    [Theory]
    [InlineData("  double yen = 1;")]
    [InlineData("  optional float yen = 1;")]
    [InlineData("  map<string, double> yen = 1;")]
    public void A_fraction_on_the_wire_is_caught(string field) => Catches("protos/iij/a/v1/a.proto", $"message A {{\n{field}\n}}", 2);

    [Fact]
    public void A_comment_on_the_wire_passes() => Passes("protos/iij/a/v1/a.proto", "// never a double\nint64 yen = 1;");

    [Fact]
    public void A_fraction_in_a_schema_is_caught() => Catches("services/A/schema/001.sql", "-- no float\nCREATE TABLE a (b FLOAT8);", 2);

    [Fact]
    public void An_allowed_file_passes()
    {
        var tree = SourceTree.Of(("services/Platform/Metrics.cs", "class A { double b; }"));
        Assert.NotEmpty(FloatingPoint.Checked(tree, []));
        Assert.Empty(FloatingPoint.Checked(tree, [new("services/Platform/Metrics.cs", "a histogram takes seconds")]));
    }
}

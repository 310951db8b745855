using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class UnfinishedTests() : RuleTests(Words.Unfinished)
{
    [Theory]
    [InlineData("services/A/A.cs", "// TODO: later")]
    [InlineData("protos/iij/a/v1/a.proto", "// FIXME")]
    [InlineData("deploy/up.sh", "# HACK around")]
    public void A_promise_is_caught(string path, string line) => Catches(path, "\n" + line, 2);

    [Fact]
    public void Words_that_contain_a_mark_pass() => Passes("services/A/A.cs", "// a Hackathon; todo lists; XXXL");
}

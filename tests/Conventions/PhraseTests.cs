using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class PhraseTests() : RuleTests(Phrases.InTexts)
{
    [Theory]
    [InlineData("docs/a.md", "as they run in earnest")]
    [InlineData("docs/a.md", "it is put aside")]
    [InlineData("docs/a.md", "Whoever reads it")]
    [InlineData("docs/a.md", "a token is no permission")]
    [InlineData("docs/a.md", "a word of the house")]
    [InlineData("protos/iij/a/v1/a.proto", "// a flow is no stock")]
    [InlineData("services/A/A.cs", "/// <summary>A token is no permission.</summary>")]
    [InlineData("tests/A/A.cs", "// a token is no permission")]
    [InlineData("services/Dashboard/src/a.ts", "/** For whoever looks. */")]
    public void A_private_phrase_is_caught(string path, string line) => Catches(path, "\n" + line, 2);

    [Fact]
    public void A_phrase_over_two_lines_is_caught() => Catches("protos/iij/a/v1/a.proto", "// messages that are put\n// aside", 1);

    [Theory]
    [InlineData("docs/a.md", "it is no longer read; it is not a permission; there is no line of that name")]
    [InlineData("docs/a.md", "whose authors")]
    [InlineData("services/A/A.cs", "throw new Wrong(\"is no date; see http://a.example\");")]
    [InlineData("tests/Conventions/A.cs", "// a token is no permission")]
    [InlineData("protos/iij/a/v1/a.proto", "// WITNESS_KNOWN (this is no older copy)")]
    public void Other_texts_pass(string path, string line) => Passes(path, line);
}

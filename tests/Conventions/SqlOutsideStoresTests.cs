using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class SqlOutsideStoresTests() : RuleTests(Sql.OutsideStores)
{
    [Theory]
    [InlineData("\"SELECT id FROM period\"")]
    [InlineData("\"  INSERT INTO period (id) VALUES (1)\"")]
    [InlineData("\"update period set id = 1\"")]
    [InlineData("\"CREATE TABLE a (b bigint)\"")]
    [InlineData("\"\"\"\n  DELETE FROM period\n  \"\"\"")]
    [InlineData("$\"select id from {0}\"")]
    [InlineData("$\"SELECT id FROM {0}\"")]
    [InlineData("@\"WITH a AS (SELECT 1)\"")]
    public void Sql_outside_a_store_is_caught(string literal)
    {
        Catches("services/Closing/Relay.cs", $"class A {{ string B = {literal}; }}");
        Passes("services/Closing/OutboxStore.cs", $"class A {{ string B = {literal}; }}");
        Passes("services/Platform/Storage/SqliteEngine.cs", $"class A {{ string B = {literal}; }}");
    }

    [Theory]
    [InlineData("Select a source from the list")]
    [InlineData("update the entry")]
    [InlineData("Delete")]
    public void English_passes(string words) => Passes("services/Closing/Relay.cs", $"class A {{ string B = \"{words}\"; }}");
}

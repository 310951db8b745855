using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class CliIsAClientTests() : RuleTests(References.CliIsAClient)
{
    private const string Lock = "services/Cli/packages.lock.json";

    [Fact]
    public void A_package_of_servers_is_caught() => Catches(Lock, "{ \"Npgsql\": { \"type\": \"Transitive\" } }");

    [Fact]
    public void A_package_of_clients_passes() => Passes(Lock, "{ \"Grpc.Net.Client\": { \"type\": \"Transitive\" } }");
}

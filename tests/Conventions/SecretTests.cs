using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class SecretTests() : RuleTests(Places.Secrets)
{
    [Theory]
    [InlineData("-----BEGIN EC PRIVATE KEY-----")]
    [InlineData("key: AKIAIOSFODNN7EXAMPLE")]
    [InlineData("Authorization: Bearer eyJhbGciOiJFUzI1NiJ9aaaa.eyJzdWIiOiJhbGljZSJ9aaaa")]
    [InlineData("Host=db;Username=atm;Password=correct-horse-battery")]
    [InlineData("amqp://atm:correct-horse@broker/")]
    public void A_secret_is_caught(string line) => Catches("deploy/settings.txt", "\n" + line, 2);

    [Theory]
    [InlineData("Password=${ATM_PASSWORD}")]
    [InlineData("Host=127.0.0.1;Password=…")]
    [InlineData("http://user:password@host:15672")]
    [InlineData("-----BEGIN PUBLIC KEY-----")]
    public void What_only_names_one_passes(string line) => Passes("README.md", line);
}

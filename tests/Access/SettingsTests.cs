using Iij.Platform;
using Microsoft.Extensions.Configuration;

namespace Iij.Tests.Access;

/// <summary>An issuer that believes a name, or speaks over http, is refused where other machines can reach the process.</summary>
public sealed class SettingsTests
{
    private const string Https = "https://login.example/realms/group";
    private const string Loopback = "http://127.0.0.1:5100";

    [Theory]
    [InlineData("http://0.0.0.0:5101", "", Https, true, "Identity:IsEmbedded")]
    [InlineData("http://127.0.0.1:5101", "http://192.0.2.7:8080", Loopback, true, "Identity:IsEmbedded")]
    [InlineData("http://0.0.0.0:5101", "", Loopback, false, "Identity:Authority")]
    [InlineData("http://[::]:5101", "", Loopback, false, "Identity:Authority")]
    [InlineData("http://127.0.0.1:5101", "", "http://192.0.2.7:5100", false, "Identity:Authority")]
    [InlineData("http://0.0.0.0:5101", "", "", false, "Identity:Authority")]
    [InlineData("http://127.0.0.1:5101", "", Loopback, true, "")]
    [InlineData("http://127.0.0.1:5101", "http://localhost:8080", Loopback, false, "")]
    [InlineData("http://0.0.0.0:5101", "", Https, false, "")]
    public void What_is_not_safe_beyond_this_machine_does_not_start(string listen, string http, string authority, bool isEmbedded, string setting)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Path"] = "x", ["Listen"] = listen, ["Http"] = http, ["Identity:Authority"] = authority, ["Identity:Audience"] = "iij",
            ["Identity:IsEmbedded"] = $"{isEmbedded}",
        }).Build();
        var refused = Record.Exception(() => ServiceSettings.Read(configuration)) as SettingsException;
        Assert.Equal(setting, refused?.Setting ?? "");
    }
}

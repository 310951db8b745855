using Iij.Platform;

namespace Iij.Tests.Reporting;

/// <summary>What a service process is started with: a verb that does not exist starts nothing.</summary>
public sealed class ProcessArgumentsTests
{
    [Theory]
    [InlineData("migrte")]
    [InlineData("--Storage:Path=x", "helth")]
    [InlineData("--Storage:Path", "x", "serve")]
    public async Task A_misspelt_verb_is_refused_and_serves_nothing(params string[] words)
    {
        var code = await ServiceProcess.RunAsync(words, _ => throw new InvalidOperationException("it was started"));
        Assert.Equal(2, code);
    }

    [Theory]
    [InlineData("--Storage:Path=x")]
    [InlineData("--Storage:Path", "x")]
    [InlineData("Storage:Path=x", "/Relay=false")]
    public async Task Settings_in_every_form_are_read(params string[] words)
    {
        var isAssembled = false;
        await ServiceProcess.RunAsync(words, settings =>
        {
            isAssembled = settings.Storage.Path == "x";
            throw new SettingsException("none", "the test goes no further");
        });
        Assert.True(isAssembled);
    }
}

namespace Iij.Tests.EndToEnd;

/// <summary>A dead process leaves nothing half-loaded that looks loaded; the same command goes on, another ledger begins anew.</summary>
public sealed class InterruptionTests : IDisposable
{
    private const int Refused = 2;
    private const string Loading = "daily settlements";
    private const string Closing = "entries recorded one by one";
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(Loading)]
    [InlineData(Closing)]
    public async Task Killed_in_the_middle_the_same_command_finishes(string moment)
    {
        var inputs = Inputs.Large(_folder["inputs"], seed: 31);
        await KillAsync(inputs, moment);
        var again = await LocalProcess.RunAsync(inputs.Arguments(_folder["data"], "--once"));
        Assert.True(again.ExitCode == 0, again.Errors);
        Assert.Equal([inputs.Reproduced], again.Output);
    }

    [Fact]
    public async Task An_unfinished_load_gives_way_to_another_ledger()
    {
        await KillAsync(Inputs.Large(_folder["inputs"], seed: 31), Loading);
        var other = Inputs.Small(_folder["other"], seed: 32);
        var run = await LocalProcess.RunAsync(other.Arguments(_folder["data"], "--once"));
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal([other.Reproduced], run.Output);
    }

    [Fact]
    public async Task A_folder_in_use_is_refused_while_the_first_goes_on()
    {
        var inputs = Inputs.Large(_folder["inputs"], seed: 35);
        await using var first = LocalProcess.Start(inputs.Arguments(_folder["data"], "--once"));
        await first.SaysAsync(Loading);
        var second = await LocalProcess.RunAsync(inputs.Arguments(_folder["data"], "--once"));
        Assert.Equal(Refused, second.ExitCode);
        Assert.Empty(second.Output);
        Assert.Contains($"the data folder {_folder["data"]} is in use by another run", second.Errors, StringComparison.Ordinal);
        Assert.Contains("--data", second.Errors, StringComparison.Ordinal);
        var ended = await first.EndAsync();
        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Equal([inputs.Reproduced], ended.Output);
    }

    [Fact]
    public async Task A_folder_that_is_not_ours_keeps_its_files()
    {
        Directory.CreateDirectory(_folder["data"]);
        var foreign = Path.Combine(_folder["data"], "photographs.db");
        await File.WriteAllTextAsync(foreign, "someone's");
        var inputs = Inputs.Small(_folder["inputs"], seed: 34);
        Assert.Equal(0, (await LocalProcess.RunAsync(inputs.Arguments(_folder["data"], "--once"))).ExitCode);
        Assert.Equal("someone's", await File.ReadAllTextAsync(foreign));
    }

    [Fact]
    public async Task An_unreadable_mark_is_refused_with_what_to_do()
    {
        Directory.CreateDirectory(_folder["data"]);
        await File.WriteAllTextAsync(Path.Combine(_folder["data"], "ledger.json"), "{");
        var run = await LocalProcess.RunAsync(Inputs.Small(_folder["inputs"], seed: 34).Arguments(_folder["data"], "--once"));
        Assert.Equal(Refused, run.ExitCode);
        Assert.Contains("ledger.json", Assert.Single(run.Errors.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task A_damaged_database_is_refused_with_its_file_and_what_is_in_the_folder_is_for_its_owner_alone()
    {
        var inputs = Inputs.Small(_folder["inputs"], seed: 34);
        Assert.Equal(0, (await LocalProcess.RunAsync(inputs.Arguments(_folder["data"], "--once"))).ExitCode);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(_folder["data"]) & Others);
        var secret = Directory.EnumerateFiles(_folder["data"], "*.db*")
            .Append(Path.Combine(_folder["data"], "keys", "network.key.pem")).Append(Path.Combine(_folder["data"], "issuer", "issuer.key.pem"));
        Assert.All(secret, file => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others));

        foreach (var database in new[] { "network.db", "reporting.db" })
        {
            var file = Path.Combine(_folder["data"], database);
            var whole = await File.ReadAllBytesAsync(file);
            await File.WriteAllBytesAsync(file, [.. "not a database"u8, .. whole.AsSpan(14)]);
            var run = await LocalProcess.RunAsync(inputs.Arguments(_folder["data"], "--once"));
            Assert.Equal(Refused, run.ExitCode);
            Assert.StartsWith($"{file} cannot be used as a database", Assert.Single(run.Errors.Trim().Split('\n')), StringComparison.Ordinal);
            await File.WriteAllBytesAsync(file, whole);
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task KillAsync(Inputs inputs, string moment)
    {
        await using var process = LocalProcess.Start(inputs.Arguments(_folder["data"], "--once"));
        await process.SaysAsync(moment);
        process.KillHard();
        var ended = await process.EndAsync();
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Empty(ended.Output);
        Assert.DoesNotContain("months closed", ended.Errors, StringComparison.Ordinal);
        var mark = await File.ReadAllTextAsync(Path.Combine(_folder["data"], "ledger.json"));
        Assert.Contains("\"Loaded\":false", mark, StringComparison.Ordinal);
    }
}

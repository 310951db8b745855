using System.Text.Json;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Iij.Local;
using Iij.Local.Ledger;
using Iij.Reporting;
using Iij.Tests.Oracle;

namespace Iij.Tests.EndToEnd;

/// <summary>The program as a process that goes on serving: addresses, ports, signals, options, side by side.</summary>
public sealed class ServingTests : IDisposable
{
    private const string Serving = "until Ctrl-C";
    private const int Refused = 2;
    private static readonly string[] Services = [.. LocalServices.Sources, "reporting"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Runs_side_by_side_do_not_disturb_each_other_and_end_when_told()
    {
        var runs = Enumerable.Range(41, 3).Select(seed =>
        {
            var inputs = Inputs.Small(_folder[$"inputs{seed}"], seed);
            return (Inputs: inputs, Process: LocalProcess.Start(inputs.Arguments(_folder[$"data{seed}"])), Data: _folder[$"data{seed}"]);
        }).ToList();
        foreach (var (_, process, data) in runs)
        {
            await process.SaysAsync(Serving);
            await EveryAddressIsHealthyAsync(data);
        }

        foreach (var (run, signal) in runs.Zip(["INT", "TERM", "INT"]))
        {
            var (ended, after) = await run.Process.SignalAsync(signal);
            Assert.True(ended.ExitCode == 0, $"SIG{signal}: {ended.ExitCode}\n{ended.Errors}");
            Assert.True(after < Patience, $"SIG{signal} took {after}");
            Assert.Equal([run.Inputs.Reproduced], ended.Output);
            await run.Process.DisposeAsync();
        }
    }

    [Fact]
    public async Task Runs_of_one_ledger_without_a_folder_have_a_folder_each()
    {
        var inputs = Inputs.Small(_folder["inputs"], seed: 48);
        string[] arguments = ["--once", "--ledger", inputs.Ledger, "--figures", Path.Combine(_folder["inputs"], Schema.FiguresFile)];
        var ended = await Task.WhenAll(LocalProcess.RunAsync(arguments), LocalProcess.RunAsync(arguments));
        Assert.All(ended, run => Assert.Equal((0, inputs.Reproduced), (run.ExitCode, run.Output.LastOrDefault())));
        var ledger = LedgerReader.Read(inputs.Ledger, LineModel.ReadBuiltIn());
        foreach (var left in new[] { ledger.Digest[..12], ledger.Digest[..12] + "-2" })
            Directory.Delete(Path.Combine(LocalProcess.Data, left), recursive: true);
    }

    [Fact]
    public async Task Fixed_ports_are_taken_and_a_taken_port_is_named()
    {
        var port = LocalProcess.FreePorts();
        var inputs = Inputs.Small(_folder["inputs"], seed: 44);
        await using var first = LocalProcess.Start(inputs.Arguments(_folder["first"], "--port", $"{port}"));
        await first.SaysAsync(Serving);
        Assert.Equal(Enumerable.Range(port - 1, 7), (await EndpointsAsync(_folder["first"])).Select(endpoint => endpoint.Value.Port));
        var second = await LocalProcess.RunAsync(inputs.Arguments(_folder["second"], "--once", "--port", $"{port + 5}"));
        Assert.Equal((Refused, 0), (second.ExitCode, second.Output.Count));
        Assert.Contains($"{port + 5}", Assert.Single(second.Errors.Split('\n')), StringComparison.Ordinal);
        Assert.Contains("--port", second.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await first.SignalAsync("TERM")).Ended.ExitCode);
        var free = await LocalProcess.RunAsync(inputs.Arguments(_folder["second"], "--once"));
        Assert.Equal((0, inputs.Reproduced), (free.ExitCode, Assert.Single(free.Output)));
    }

    [Fact]
    public async Task With_the_relay_off_every_figure_is_missing_and_with_it_on_again_none()
    {
        var inputs = Inputs.Small(_folder["inputs"], seed: 45);
        var off = await LocalProcess.RunAsync(inputs.Arguments(_folder["data"], "--once", "--no-relay"));
        var differences = inputs.Figures.Where(figure => figure.Value != "missing")
            .Select(figure => $"DIFF {figure.Line},{figure.Period},{figure.Kind},{figure.Value},missing").ToList();
        Assert.Equal(1, off.ExitCode);
        Assert.Equal(
            [.. differences, $"{inputs.Figures.Count - differences.Count} of {inputs.Figures.Count} printed figures reproduced"],
            off.Output);
        var on = await LocalProcess.RunAsync(inputs.Arguments(_folder["data"], "--once"));
        Assert.Equal((0, inputs.Reproduced), (on.ExitCode, Assert.Single(on.Output)));
        Assert.Contains("nothing is loaded again", on.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_figure_that_is_not_reproduced_is_one_line()
    {
        var inputs = Inputs.Small(_folder["inputs"], seed: 46);
        var figures = Path.Combine(_folder["inputs"], Schema.FiguresFile);
        await File.WriteAllLinesAsync(figures, [
            string.Join(',', Schema.FigureColumns),
            "1,network.cost,2099-01,amount,7,JPY million,0",
            "1,network.cost,2099-01,amount,missing,JPY million,0",
        ]);
        var run = await LocalProcess.RunAsync(inputs.Arguments(_folder["data"], "--once"));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["DIFF network.cost,2099-01,amount,7,missing", "1 of 2 printed figures reproduced"], run.Output);
    }

    [Fact]
    public async Task Relative_paths_are_those_of_the_caller()
    {
        var inputs = Inputs.Small(_folder["inputs"], seed: 47);
        await using var process = LocalProcess.StartIn(
            _folder.Path, "--once", "--ledger", "inputs/ledger", "--figures", "inputs/figures.csv", "--data", "here/data");
        var ended = await process.EndAsync();
        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Equal([inputs.Reproduced], ended.Output);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "here", "data", "endpoints.json")));
    }

    [Theory]
    [InlineData("--twice")]
    [InlineData("--port", "80")]
    [InlineData("--port", "many")]
    [InlineData("--ledger")]
    [InlineData("surprise")]
    [InlineData("--once", "--data", "")]
    [InlineData("--once", "--ledger", "")]
    [InlineData("--once", "--figures", "no/such/file.csv", "--data", "never")]
    [InlineData("--once", "--ledger", "no/such/folder", "--data", "never")]
    public async Task What_cannot_be_meant_is_refused_in_words(params string[] arguments)
    {
        await using var process = LocalProcess.StartIn(_folder.Path, arguments);
        var ended = await process.EndAsync();
        Assert.Equal((Refused, 0), (ended.ExitCode, ended.Output.Count));
        Assert.NotEmpty(ended.Errors);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["never"]));
    }

    [Fact]
    public async Task Help_names_every_option()
    {
        var help = await LocalProcess.RunAsync("--help");
        Assert.Equal(0, help.ExitCode);
        foreach (var option in new[] { "--once", "--ledger", "--figures", "--data", "--port", "--no-relay" })
            Assert.Contains(help.Output, line => line.Contains(option, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    internal static async Task<Dictionary<string, Uri>> EndpointsAsync(string data) =>
        JsonSerializer.Deserialize<Dictionary<string, Uri>>(await File.ReadAllTextAsync(Path.Combine(data, "endpoints.json")))!;

    private static async Task EveryAddressIsHealthyAsync(string data)
    {
        var endpoints = await EndpointsAsync(data);
        Assert.Equal(["issuer", .. Services], endpoints.Keys);
        foreach (var service in Services)
        {
            using var channel = GrpcChannel.ForAddress(endpoints[service]);
            var health = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest());
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        }
    }
}

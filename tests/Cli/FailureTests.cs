using System.Net;
using System.Net.Sockets;

namespace Iij.Tests.Cli;

/// <summary>Every way to fail: the exit code, one line that names what is wrong and the way out, nothing on standard output.</summary>
public sealed class FailureTests(Books books) : IClassFixture<Books>
{
    private const int Refused = 1;
    private const int Usage = 2;
    private const int Unreachable = 3;
    private readonly Iij _iij = books.Iij();

    [Theory]
    [InlineData("'nothing'", "nothing")]
    [InlineData("iij --help")]
    [InlineData("PERIOD", "view")]
    [InlineData("\"3Q12\" is not a period; write 2012-12,", "view", "3Q12")]
    [InlineData("\"2012-13\" is not a month; write 2012-12", "trial", "atm", "2012-13")]
    [InlineData("\"moon\" is not a source; the sources are atm, backlog, cloud, group, network", "periods", "moon")]
    [InlineData("--unit \"yen\" is not one of jpy, jpy-million, jpy-billion", "view", "FY2012", "--unit", "yen")]
    [InlineData("--as-of \"yesterday\" is neither a sequence position nor a time", "view", "FY2012", "--as-of", "yesterday")]
    [InlineData("--kind \"growth\" is not one of amount, yoy-change", "figure", "revenue.total", "FY2012", "--kind", "growth")]
    [InlineData("give --since PERIOD", "figure", "revenue.total", "FY2012", "--kind", "change-since")]
    [InlineData("'--reason' is required", "reopen", "atm", "2012-04")]
    [InlineData("--edition names an edition, --latest the live view", "view", "FY2012", "--edition", "1", "--latest")]
    [InlineData("--edition \"0\" is not a number from 1", "view", "FY2012", "--edition", "0")]
    [InlineData("--return says why: give --reason TEXT", "sign-off", "FY2012", "--return")]
    [InlineData("give --approve or --return", "sign-off", "FY2012", "--return", "--approve", "--reason", "both")]
    [InlineData("--digest goes with --approve", "sign-off", "FY2012", "--digest", "00")]
    [InlineData("--embargo-until \"soon\" is not a time", "sign-off", "FY2012", "--embargo-until", "soon")]
    [InlineData("--restated \"next\" is neither a number from 1 nor live", "compare", "FY2012", "--restated", "next")]
    [InlineData("\"3Q12\" is not a period", "compare", "FY2012", "3Q12")]
    [InlineData("bash or zsh", "completion", "fish")]
    [InlineData("a write says who acts: give --actor NAME or set IIJ_ACTOR", "lock", "atm", "2012-04")]
    [InlineData("1 to 100 printable ASCII characters", "lock", "atm", "2012-04", "--actor", "アリス")]
    [InlineData("no/such/file.json cannot be read", "lines", "--endpoints", "no/such/file.json")]
    public async Task What_cannot_be_meant_is_a_usage_error(string says, params string[] words) =>
        Assert.Contains(says, await _iij.FailsAsync(Usage, words), StringComparison.Ordinal);

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("{}", "names no service \"reporting\"")]
    [InlineData("{\"reporting\": \"here\"}", "\"here\" of reporting is not an address")]
    public async Task An_endpoints_file_that_is_none_is_a_usage_error(string text, string says)
    {
        var file = books.PathOf($"bad-{text.Length}.json");
        await File.WriteAllTextAsync(file, text);
        Assert.Contains(says, await _iij.FailsAsync(Usage, "lines", "--endpoints", file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LINE_UNKNOWN", "Way out: iij lines lists them", "figure", "revenue.moon", "FY2012")]
    [InlineData("KIND_UNFIT", "index=0", "figure", "revenue.total", "FY2012", "--kind", "qoq-percent")]
    [InlineData("VERSION_UNKNOWN", "Way out: iij lines without --version", "lines", "--version", "99")]
    [InlineData("DEAD_LETTER_UNKNOWN", "Way out: iij dead-letters list", "dead-letters", "show", "3")]
    [InlineData("PERIOD_NOT_LOCKED", "Way out: iij periods atm", "unlock", "atm", "2012-04", "--reason", "none", "--actor", "bob")]
    [InlineData("PERIOD_NOT_PREPARED", "Way out: iij prepare atm 2012-04", "close", "atm", "2012-04", "--actor", "bob", "--json")]
    public async Task What_the_service_refuses_has_its_reason_and_a_way_out(string reason, string says, params string[] words)
    {
        var line = await _iij.FailsAsync(Refused, words);
        Assert.StartsWith($"iij: refused: {reason}: ", line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_listens_a_read_ends_at_once_and_a_write_tries_again_and_names_its_id()
    {
        var file = await EndpointsAsync("nobody.json", FreePort());
        var read = await new Iij(file).FailsAsync(Unreachable, "lines");
        Assert.Contains("does not answer", read, StringComparison.Ordinal);
        var write = await new Iij(file, "alice").RunAsync("lock", "atm", "2012-04", "--request-id", "mine");
        Assert.Equal((Unreachable, ""), (write.ExitCode, write.Output));
        foreach (var attempt in new[] { 2, 3, 4, 5 })
            Assert.Contains($"iij: atm does not answer; the same request id is sent again ({attempt} of 5)\n", write.Errors, StringComparison.Ordinal);
        Assert.EndsWith("Way out: repeat the command with --request-id mine, which happens once\n", write.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_something_else_listens_nothing_is_refused()
    {
        using var listener = new HttpListener();
        var port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        await new Iij(await EndpointsAsync("else.json", port)).FailsAsync(Unreachable, "lines");
    }

    [Fact]
    public async Task Without_a_file_the_newest_run_that_answers_is_found()
    {
        var data = books.PathOf("runs");
        foreach (var folder in new[] { "old", "new" })
            Directory.CreateDirectory(Path.Combine(data, folder));
        Task<Ended> LinesAsync() => new Iij().RunAsync("dotnet", [Iij.Program, "lines"], "", ("IIJ_DATA", data));
        var none = await LinesAsync();
        Assert.Equal(Unreachable, none.ExitCode);
        Assert.Contains($"there is no {Path.Combine(data, "*", "endpoints.json")}", none.Errors, StringComparison.Ordinal);
        var (old, ended) = (Path.Combine(data, "old", "endpoints.json"), Path.Combine(data, "new", "endpoints.json"));
        File.Move(await EndpointsAsync("ended.json", FreePort()), ended);
        var gone = await LinesAsync();
        Assert.Equal(Unreachable, gone.ExitCode);
        Assert.Contains($"nobody answers at the addresses in {ended}. Way out: start ./run", gone.Errors, StringComparison.Ordinal);
        File.Copy(books.Endpoints, old);
        File.SetLastWriteTimeUtc(old, DateTime.UnixEpoch);
        var found = await LinesAsync();
        Assert.True(found.ExitCode == 0, found.Errors);
        Assert.StartsWith("lines version 1", found.Output, StringComparison.Ordinal);
    }

    private async Task<string> EndpointsAsync(string name, int port)
    {
        var file = books.PathOf(name);
        await File.WriteAllTextAsync(file, $"{{\"atm\": \"http://127.0.0.1:{port}\", \"reporting\": \"http://127.0.0.1:{port}\"}}");
        return file;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

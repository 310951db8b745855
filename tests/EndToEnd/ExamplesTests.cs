using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Grpc.Core;
using Iij.AtmOperations.V1;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Local;
using Iij.Period.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.EndToEnd;

/// <summary>The clients under examples/ do what their README says, as they are there, against a system with one closed month.</summary>
public sealed partial class ExamplesTests : IAsyncLifetime, IDisposable
{
    private static readonly string _examples = Path.Combine(Checkout.Root, "examples");
    private static readonly Month _december = new() { Year = 2012, Month_ = 12 };
    private readonly TemporaryFolder _folder = new();
    private LocalServices _services = null!;

    public async Task InitializeAsync()
    {
        _services = await LocalServices.StartAsync(name => _folder[name + ".db"], port: 0, relay: true);
        var atm = new AtmOperationsService.AtmOperationsServiceClient(_services.Channels["atm"]);
        var date = new Date { Year = 2012, Month = 12, Day = 3 };
        await atm.RecordExpenseAsync(new() { RequestId = "expense", Date = date, CostJpy = 20, SgaJpy = 5 }, By("clerk"));
        await atm.InstallAtmAsync(new() { RequestId = "install", AtmId = "ATM-0001", InstalledOn = date, Opening = true }, By("clerk"));
        await atm.RecordDailySettlementAsync(
            new() { RequestId = "settle", AtmId = "ATM-0001", Date = date, Withdrawals = 7, CommissionJpy = 700 }, By("clerk"));
        var closing = new ClosingService.ClosingServiceClient(_services.Channels["atm"]);
        await closing.PreparePeriodAsync(new() { RequestId = "prepare", Month = _december }, By("alice"));
        await closing.ClosePeriodAsync(new() { RequestId = "close", Month = _december }, By("bob"));
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("reading.http")]
    [InlineData("closing.http")]
    public async Task Every_request_of_a_file_is_answered(string file)
    {
        using var http = new HttpClient(); // keeps cookies, as an editor does
        var requests = Requests(await File.ReadAllTextAsync(Path.Combine(_examples, "http", file))).ToList();
        Assert.NotEmpty(requests);
        foreach (var (method, address, body) in requests)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), address);
            if (method != "GET")
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{method} {address}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    [Fact]
    public async Task A_shell_follows_server_sent_events()
    {
        var address = _services.Http!.GetLeftPart(UriPartial.Authority);
        var followed = await Command.TryRunAsync(["timeout", "5", "bash", Path.Combine(_examples, "curl", "watch.sh"), address], _folder.Path);
        Assert.Contains("end_of_snapshot {", followed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_follows_a_stream_and_proves_its_state()
    {
        var client = await PythonClient.MakeAsync(_folder["stubs"]);
        var environment = new Dictionary<string, string> { ["PYTHONPATH"] = client.Stubs, ["PYTHONUNBUFFERED"] = "1" };
        var followed = await Command.TryRunAsync(
            ["timeout", "8", "/usr/bin/python3", Path.Combine(_examples, "python", "subscriber.py"), Reporting, "FY2012-9M"],
            _folder.Path, environment);
        Assert.Contains("FY2012-9M PROVISIONAL", followed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("differs", followed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_reads_figures_and_the_reason_of_a_refusal()
    {
        await Command.RunAsync(["cp", "-r", Path.Combine(Checkout.Root, "protos"), _folder.Path], _folder.Path);
        var here = Directory.CreateDirectory(Path.Combine(_folder["examples"], "node")).FullName;
        foreach (var name in new[] { "figures.mjs", "package.json" })
            File.Copy(Path.Combine(_examples, "node", name), Path.Combine(here, name));
        await Command.RunAsync(["npm", "install", "--no-audit", "--no-fund"], here);
        var output = await Command.RunAsync(["node", "figures.mjs", Reporting], here);
        Assert.Contains("atm: DATA_STATUS_RECEIVED, revision 1", output, StringComparison.Ordinal);
        Assert.Contains("refused as expected: INVALID_ARGUMENT", output, StringComparison.Ordinal);
    }

    private string Reporting => _services.Endpoints["reporting"].Authority;

    private static CallOptions By(string actor) => new(ActorMetadata.Of(actor));

    // As editors read such a file: "@name = value", then requests between lines of ###, each with headers and perhaps a body.
    private IEnumerable<(string Method, Uri Address, string Body)> Requests(string text)
    {
        var variables = Variable().Matches(text).ToDictionary(found => found.Groups[1].Value, found => found.Groups[2].Value);
        variables["base"] = _services.Http!.GetLeftPart(UriPartial.Authority) + "/api/v1";
        foreach (var part in text.Split("\n###").Skip(1))
        {
            var filled = variables.Aggregate(part, (so, pair) => so.Replace($"{{{{{pair.Key}}}}}", pair.Value, StringComparison.Ordinal));
            var lines = filled.Split('\n').Skip(1).SkipWhile(string.IsNullOrWhiteSpace).ToList();
            var words = lines[0].Split(' ', 2);
            yield return (words[0], new Uri(words[1]), string.Join('\n', lines.SkipWhile(line => line.Length > 0)).Trim());
        }
    }

    [GeneratedRegex(@"^@(\w+) = (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Variable();
}

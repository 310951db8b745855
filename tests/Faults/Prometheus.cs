using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Iij.Tests.Servers;

namespace Iij.Tests.Faults;

/// <summary>A Prometheus of a test's own, which asks services every second and raises the alerts of deploy/prometheus without their waiting times.</summary>
internal sealed partial class Prometheus : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-prometheus-").FullName;
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Next()}") };
    private Process? _process;

    /// <summary>Starts it; the package prometheus must be installed.</summary>
    public static async Task<Prometheus> StartAsync(params Uri[] services)
    {
        var prometheus = new Prometheus();
        await prometheus.StartWholeAsync(services);
        return prometheus;
    }

    /// <summary>The alerts that are raised now.</summary>
    public async Task<IReadOnlyList<string>> RaisedAsync()
    {
        var answer = JsonNode.Parse(await _http.GetStringAsync("/api/v1/alerts"))!;
        return [.. answer["data"]!["alerts"]!.AsArray().Where(alert => (string?)alert!["state"] == "firing")
            .Select(alert => (string)alert!["labels"]!["alertname"]!).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Waits until an alert is raised; gives how long it took.</summary>
    public async Task<TimeSpan> RaisesAsync(string alert)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var raised = await RaisedAsync();
            if (raised.Contains(alert))
                return watch.Elapsed;
            Assert.True(watch.Elapsed < _patience, $"{alert} is not raised after {_patience}; raised are {string.Join(", ", raised)}");
            await Task.Delay(500);
        }
    }

    /// <summary>Waits until every service was asked at least once.</summary>
    public async Task SeesAsync(int services)
    {
        var watch = Stopwatch.StartNew();
        while (JsonNode.Parse(await _http.GetStringAsync("/api/v1/query?query=count(count+by+(instance)+(iij_health_state))"))!["data"]!["result"]!.AsArray()
            is not [var one] || (string?)one!["value"]![1] != $"{services}")
        {
            Assert.True(watch.Elapsed < _patience, $"the metrics of {services} services are not there after {_patience}");
            await Task.Delay(500);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartWholeAsync(Uri[] services)
    {
        var rules = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "deploy", "prometheus", "alerts.yml"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "alerts.yml"), Waits().Replace(rules, "for: 1s"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), $$"""
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: [alerts.yml]
            scrape_configs:
              - {job_name: iij, static_configs: [{targets: [{{string.Join(", ", services.Select(service => $"\"{service.Authority}\""))}}]}]}
            """);
        var start = new ProcessStartInfo("prometheus",
        [
            $"--config.file={Path.Combine(_folder, "prometheus.yml")}", $"--storage.tsdb.path={Path.Combine(_folder, "data")}",
            $"--web.listen-address={_http.BaseAddress!.Authority}", "--log.level=error",
        ]);
        _process = Process.Start(start)!;
        var watch = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            Assert.True(watch.Elapsed < _patience && !_process.HasExited, "Prometheus does not start");
            await Task.Delay(200);
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/-/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"for: \d+[sm]")]
    private static partial Regex Waits();
}

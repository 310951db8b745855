using System.Diagnostics;
using System.Text.Json;
using Iij.Contracts;
using Xunit;
using Xunit.Abstractions;

namespace Iij.Tests.Compose;

/// <summary>What a person does with a fresh clone: bring the stack up, load the reference ledger, stop it, and find it all again.</summary>
public sealed class StackTests(ITestOutputHelper output)
{
    private const string Reproduced = "285 of 285 printed figures reproduced";
    private static readonly string[] _services = [.. SourceDescription.All.Select(source => source.Name), "reporting"];

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    [EngineFact]
    public async Task The_reference_ties_out_in_containers_and_again_after_a_restart()
    {
        await using var stack = await Stack.CloneAsync();
        await stack.UpAsync();
        Say("up");
        await RequireHardenedAsync(stack);
        await RequireSecretsKeptApartAsync(stack);
        await RequireNoUnintendedLoginAsync(stack);
        Say("looked at");
        await RequireObservedAsync(stack);
        Say("observed");

        var load = await stack.TryRunAsync("run", "--rm", "load");
        Say($"loaded:\n{load.Output}");
        Assert.True(load.ExitCode == 0, $"exit {load.ExitCode}\n{load.Output}\n{load.Errors}");
        Assert.EndsWith(Reproduced, load.Output.Trim(), StringComparison.Ordinal);

        await stack.DownAsync();
        await stack.UpAsync();
        Say("down and up");
        var again = await stack.TryRunAsync("run", "--rm", "load", "Iij.Local.dll", "load", "--endpoints", "/endpoints.json", "--compare-only");
        Assert.True(again.ExitCode == 0, $"exit {again.ExitCode}\n{again.Output}\n{again.Errors}");
        Assert.EndsWith(Reproduced, again.Output.Trim(), StringComparison.Ordinal);
        Say("tied out again");
    }

    // Health as the engine sees it; what a process could do if it were taken over.
    private static async Task RequireHardenedAsync(Stack stack)
    {
        var users = new List<string>();
        foreach (var name in Stack.Lasting)
        {
            var container = await stack.InspectAsync(name);
            var (state, host) = (container.GetProperty("State"), container.GetProperty("HostConfig"));
            Assert.Equal((name, "healthy"), (name, state.GetProperty("Health").GetProperty("Status").GetString()));
            Assert.True(host.GetProperty("ReadonlyRootfs").GetBoolean(), name);
            Assert.Equal("ALL", Assert.Single(host.GetProperty("CapDrop").EnumerateArray()).GetString());
            Assert.Contains("no-new-privileges:true", host.GetProperty("SecurityOpt").EnumerateArray().Select(option => option.GetString()));
            Assert.True(host.GetProperty("Memory").GetInt64() > 0, name);
            var status = await stack.RunAsync("exec", "-T", name, "cat", "/proc/1/status");
            Assert.DoesNotContain("Uid:\t0", status, StringComparison.Ordinal);
            Assert.Contains("CapEff:\t0000000000000000", status, StringComparison.Ordinal);
            Assert.NotEqual(0, (await stack.TryRunAsync("exec", "-T", name, "touch", "/written")).ExitCode);
            users.Add((await stack.RunAsync("exec", "-T", name, "id", "-u")).Trim());
            var published = host.GetProperty("PortBindings").EnumerateObject().SelectMany(port => port.Value.EnumerateArray());
            Assert.All(published, binding => Assert.Equal("127.0.0.1", binding.GetProperty("HostIp").GetString()));
        }

        Assert.Equal(_services.Length, users.Take(_services.Length).Distinct().Count());
    }

    private static async Task RequireSecretsKeptApartAsync(Stack stack)
    {
        var readers = _services.Concat(_services.Select(service => service + "-owner")).Concat(["postgres", "rabbitmq"]).ToList();
        foreach (var service in _services)
        {
            foreach (var reader in readers)
            {
                var look = await stack.TryRunAsync("exec", "-T", service, "ls", $"/run/secrets/{reader}");
                Assert.Equal((service, reader, service == reader), (service, reader, look.ExitCode == 0));
            }
        }

        Assert.NotEqual(0, (await stack.TryRunAsync("exec", "-T", "postgres", "ls", "/run/secrets/rabbitmq")).ExitCode);
        Assert.NotEqual(0, (await stack.TryRunAsync("exec", "-T", "rabbitmq", "ls", "/run/secrets/postgres")).ExitCode);
    }

    private static async Task RequireNoUnintendedLoginAsync(Stack stack)
    {
        var users = (await stack.RunAsync("exec", "-T", "rabbitmq", "rabbitmqctl", "--quiet", "list_users", "--no-table-headers")).Split('\n');
        Assert.Equal(_services.Order(), users.Where(line => line.Length > 0).Select(line => line.Split('\t')[0]).Order());
        foreach (var user in new[] { "postgres", "network_service" })
        {
            var login = await stack.TryRunAsync("exec", "-T", "-e", "PGPASSWORD=guess", "postgres", "psql", "-h", "127.0.0.1", "-U", user, "network");
            Assert.Contains("password authentication failed", login.Errors, StringComparison.Ordinal);
        }
    }

    // The profile "observe": Prometheus finds every service, and knows the alerts.
    private static async Task RequireObservedAsync(Stack stack)
    {
        await stack.RunAsync("--profile", "observe", "up", "--detach", "prometheus");
        var address = (await stack.RunAsync("port", "prometheus", "9090")).Trim();
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}/") };
        Assert.Equal(_services.Order(), await UpAsync(http));
        using var rules = JsonDocument.Parse(await http.GetStringAsync("api/v1/rules"));
        var alerts = rules.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray()).ToList();
        Assert.Contains("ServiceDown", alerts.Select(alert => alert.GetProperty("name").GetString()));
        Assert.DoesNotContain("err", alerts.Select(alert => alert.GetProperty("health").GetString()));
    }

    // The services that were scraped; asked again until all are there, a minute at most.
    private static async Task<IEnumerable<string>> UpAsync(HttpClient http)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var answer = JsonDocument.Parse(await http.GetStringAsync("api/v1/query?query=up%7Bjob%3D%22iij%22%7D%3D%3D1"));
                List<string> up =
                [
                    .. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
                        .Select(one => one.GetProperty("metric").GetProperty("instance").GetString()!.Split(':')[0]).Order(),
                ];
                if (up.Count == _services.Length || attempt == 60)
                    return up;
            }
            catch (HttpRequestException) when (attempt < 60)
            {
                // It starts.
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private void Say(string step) => output.WriteLine($"{_watch.Elapsed.TotalSeconds:N0} s: {step}");
}

using System.Text.Json;

namespace Iij.Tests.Servers;

/// <summary>
/// A real RabbitMQ. <see cref="Shared"/> is the one named by IIJ_TEST_RABBITMQ (an amqp URI), or a private one, in a container where an
/// engine answers and native elsewhere, started at the first use and gone with this process. Of a given one IIJ_TEST_RABBITMQ_API names
/// the management API (http://user:password@host:15672), by which each test gets a virtual host of its own; without it all share the one
/// of the URI, which tests beside each other do not bear.
/// </summary>
public sealed class RabbitServer : IAsyncDisposable
{
    /// <summary>The environment variable that names a ready-made broker.</summary>
    public const string Variable = "IIJ_TEST_RABBITMQ";

    private static readonly Uri? _api =
        Environment.GetEnvironmentVariable(Variable + "_API") is { Length: > 0 } api ? new Uri(api) : null;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Uri? _external;
    private IPrivateRabbit? _node;

    private RabbitServer(string? external) => _external = string.IsNullOrWhiteSpace(external) ? null : new Uri(external);

    /// <summary>The broker of this test process.</summary>
    public static RabbitServer Shared { get; } = new(Environment.GetEnvironmentVariable(Variable));

    /// <summary>True when the broker was given: it cannot be stopped, and it has the one virtual host its URI names.</summary>
    public bool IsExternal => _external is not null;

    /// <summary>A broker of the caller's own, never a given one, for tests that stop or kill it.</summary>
    public static RabbitServer CreateOwn() => new(null);

    /// <summary>The URI of the default virtual host; starts the broker if it is down and returns when it takes connections.</summary>
    public async Task<Uri> StartAsync()
    {
        if (_external is not null) return _external;
        await InTurnAsync(async () =>
        {
            _node ??= await Engine.IsChosenAsync() ? new ContainerRabbit() : RabbitNode.Create();
            await _node.StartAsync();
        });
        return Own().Uri("/");
    }

    /// <summary>The URI of a fresh virtual host: the same exchanges and queues again, and empty. A given broker without an API has only its own.</summary>
    public async Task<Uri> CreateVirtualHostAsync()
    {
        var whole = await StartAsync();
        var name = $"iij-{Guid.NewGuid():N}";
        if (IsExternal) return _api is null ? whole : await CreateByApiAsync(whole, name);
        // Definitions make the virtual host and the permission in one run of rabbitmqctl, which takes a second.
        await InTurnAsync(() => Own().ImportAsync(JsonSerializer.Serialize(new
        {
            vhosts = new[] { new { name } },
            permissions = new[] { new { user = "guest", vhost = name, configure = ".*", write = ".*", read = ".*" } },
        })));
        return Own().Uri(name);
    }

    /// <summary>Deletes what <see cref="CreateVirtualHostAsync"/> made, with its queues and connections.</summary>
    public async Task DeleteVirtualHostAsync(Uri uri)
    {
        var name = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        if (!IsExternal) await Own().ControlAsync("delete_vhost", name);
        else if (_api is not null) await SendAsync(HttpMethod.Delete, $"vhosts/{name}", null);
    }

    /// <summary>An orderly stop; <see cref="StartAsync"/> brings the same queues back on the same port.</summary>
    public Task StopAsync() => InTurnAsync(() => Own().StopAsync());

    /// <summary>
    /// kill -9: what was not on disk is lost, and nobody says goodbye to the clients. A quorum queue must be older than a second:
    /// one declared just before the kill comes back without a leader (seen on 3.10.8), and publishing to it is refused.
    /// </summary>
    public Task KillAsync() => InTurnAsync(() => Own().KillAsync());

    /// <summary>Stops and forgets everything: the next start is of an empty broker, on the same port.</summary>
    public Task WipeAsync() => InTurnAsync(() => Own().WipeAsync());

    /// <summary>Stops in order and starts again.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>Takes in definitions, as JSON, beside what the private broker has.</summary>
    public Task ImportAsync(string definitions) => Own().ImportAsync(definitions);

    /// <summary>Stops a private broker and deletes its data; a given one stays as it is.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
        _node = null;
        _turn.Dispose();
    }

    private static async Task<Uri> CreateByApiAsync(Uri whole, string name)
    {
        await SendAsync(HttpMethod.Put, $"vhosts/{name}", null);
        var user = whole.UserInfo.Split(':')[0];
        await SendAsync(HttpMethod.Put, $"permissions/{name}/{user}", """{"configure":".*","write":".*","read":".*"}""");
        return new UriBuilder(whole) { Path = name }.Uri;
    }

    private static async Task SendAsync(HttpMethod method, string path, string? json)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(_api!, $"/api/{path}"));
        var password = System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(_api!.UserInfo));
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(password));
        request.Content = new StringContent(json ?? "", System.Text.Encoding.UTF8, "application/json");
        (await http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private IPrivateRabbit Own() => _node
        ?? throw new InvalidOperationException($"Only a started private broker can do this: {nameof(RabbitServer)}.{nameof(CreateOwn)}().");

    private async Task InTurnAsync(Func<Task> action)
    {
        await _turn.WaitAsync();
        try
        {
            await action();
        }
        finally
        {
            _turn.Release();
        }
    }
}

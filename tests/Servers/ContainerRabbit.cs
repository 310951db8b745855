using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.RabbitMq;

namespace Iij.Tests.Servers;

/// <summary>A container with one node, on a port of the loopback interface that stays the same.</summary>
internal sealed class ContainerRabbit : IPrivateRabbit
{
    /// <summary>The image, as docker-compose.yml has it.</summary>
    public const string Image = "rabbitmq:4-management";

    private const string User = "guest";
    private const string Settings = "raft.wal_max_size_bytes = 67108864\ndisk_free_limit.absolute = 50MB\n";
    private readonly int _port = FreePort.Next();
    private RabbitMqContainer _container;

    public ContainerRabbit() => _container = Build(_port);

    public Uri Uri(string virtualHost) => new($"amqp://{User}:{User}@127.0.0.1:{_port}/{System.Uri.EscapeDataString(virtualHost)}");

    public async Task StartAsync()
    {
        if (_container.CreatedTime == default || !await Engine.RunsAsync(_container.Id)) await _container.StartAsync();
    }

    public Task StopAsync() => Engine.EndAsync(_container.Id, "TERM");

    public Task KillAsync() => Engine.EndAsync(_container.Id, "KILL");

    public async Task WipeAsync()
    {
        await StopAsync();
        await _container.DisposeAsync();
        _container = Build(_port);
    }

    public async Task ImportAsync(string definitions)
    {
        var file = $"/tmp/{Guid.NewGuid():N}.json";
        await _container.CopyAsync(Encoding.UTF8.GetBytes(definitions), file);
        await ControlAsync("import_definitions", file);
    }

    public async Task<string> ControlAsync(params string[] arguments)
    {
        var ended = await _container.ExecAsync(["rabbitmqctl", "--quiet", .. arguments]);
        return ended.ExitCode == 0
            ? ended.Stdout
            : throw new InvalidOperationException($"'rabbitmqctl {arguments[0]}' ended with {ended.ExitCode}.\n{ended.Stdout}\n{ended.Stderr}");
    }

    public ValueTask DisposeAsync() => _container.DisposeAsync();

    private static RabbitMqContainer Build(int port)
    {
        var owner = Engine.Owner;
        return new RabbitMqBuilder(Image)
            .WithUsername(User)
            .WithPassword(User)
            .WithResourceMapping(Encoding.UTF8.GetBytes(Settings), "/etc/rabbitmq/conf.d/90-tests.conf")
            .WithLoopbackPort(port, RabbitMqBuilder.RabbitMqPort)
            .WithLabel(owner.Name, owner.Value)
            .WithLogger(NullLogger.Instance)
            // Its log, which the builder would wait for, is still there when it starts again.
            .WithWaitStrategy(Wait.ForUnixContainer().AddCustomWaitStrategy(
                new Greeted(port), wait => wait.WithInterval(TimeSpan.FromMilliseconds(200))))
            .Build();
    }

    private sealed class Greeted(int port) : IWaitUntil
    {
        public Task<bool> UntilAsync(IContainer container) => AmqpGreeting.IsAnsweredAsync(port);
    }
}

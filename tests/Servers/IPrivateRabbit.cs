namespace Iij.Tests.Servers;

/// <summary>A RabbitMQ that a test has for itself: it comes back with its queues on the same port, however it was stopped.</summary>
internal interface IPrivateRabbit : IAsyncDisposable
{
    /// <summary>The URI of a virtual host, with user and port.</summary>
    Uri Uri(string virtualHost);

    /// <summary>Starts it where it does not run, and returns when it takes connections.</summary>
    Task StartAsync();

    /// <summary>An orderly stop.</summary>
    Task StopAsync();

    /// <summary>SIGKILL.</summary>
    Task KillAsync();

    /// <summary>Stops it and forgets everything that it had.</summary>
    Task WipeAsync();

    /// <summary>Takes in definitions, as JSON.</summary>
    Task ImportAsync(string definitions);

    /// <summary>Runs rabbitmqctl and returns what it printed.</summary>
    Task<string> ControlAsync(params string[] arguments);
}

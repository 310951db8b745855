namespace Iij.Platform;

/// <summary>Which bus a process publishes on.</summary>
public sealed class BusSettings
{
    /// <summary>"memory" (one process) or "rabbitmq".</summary>
    public string Transport { get; set; } = "memory";

    /// <summary>The address of RabbitMQ with user, password and virtual host.</summary>
    public string Uri { get; set; } = "";

    /// <summary>
    /// Whether a publisher declares reporting's queue first, so that every event reaches a queue. Off where the broker
    /// declares it itself (deploy/rabbitmq): then a source needs no right on the queue.
    /// </summary>
    public bool DeclareQueue { get; set; } = true;

    internal void Check()
    {
        if (Transport is not ("memory" or "rabbitmq"))
            throw new SettingsException("Bus:Transport", $"\"{Transport}\" is neither memory nor rabbitmq");
        if (Transport == "rabbitmq" && (!System.Uri.TryCreate(Uri, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps" or "rabbitmq")))
            throw new SettingsException("Bus:Uri", "the RabbitMQ address is missing; for example amqp://user:password@host:5672/");
    }
}

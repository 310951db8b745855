using System.Net.Sockets;

namespace Iij.Tests.Servers;

/// <summary>Whether a broker takes connections.</summary>
internal static class AmqpGreeting
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    /// <summary>A port may listen before the boot has ended: the broker itself must answer our greeting with its first frame.</summary>
    public static async Task<bool> IsAnsweredAsync(int port)
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(_limit);
        try
        {
            await client.ConnectAsync("127.0.0.1", port, limit.Token);
            await client.GetStream().WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), limit.Token);
            return await client.GetStream().ReadAsync(new byte[1], limit.Token) == 1;
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}

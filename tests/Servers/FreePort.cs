using System.Net;
using System.Net.Sockets;

namespace Iij.Tests.Servers;

/// <summary>Free TCP ports of the loopback interface.</summary>
public static class FreePort
{
    private static readonly HashSet<int> _given = [];

    /// <summary>
    /// A port below the range from which the kernel serves outgoing connections: a client that retries while its server is down
    /// can otherwise be given the server's port and connect to itself, and the server cannot return. No port is given twice in a
    /// process: one that was given may not be listened on yet.
    /// </summary>
    /// <param name="count">How many in a row are free; the first is given.</param>
    public static int Next(int count = 1)
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            if (TryGive(port, count)) return port;
        }
        throw new InvalidOperationException("No free TCP port between 15000 and 32000 on 127.0.0.1.");
    }

    private static bool TryGive(int port, int count)
    {
        lock (_given)
        {
            var wanted = Enumerable.Range(port, count).ToList();
            if (wanted.Any(_given.Contains) || !wanted.All(IsFree))
                return false;
            _given.UnionWith(wanted);
            return true;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

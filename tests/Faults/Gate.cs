using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Iij.Tests.Servers;

namespace Iij.Tests.Faults;

/// <summary>A TCP gate between a client and a server, which a test opens, stalls and cuts.</summary>
internal sealed class Gate : IAsyncDisposable
{
    private const int BufferBytes = 16_384;
    private readonly TcpListener _listener;
    private readonly Uri _target;
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private volatile Passage _passage;

    public Gate(Uri target)
    {
        _target = target;
        Address = new UriBuilder(target) { Port = FreePort.Next() }.Uri;
        _listener = new TcpListener(IPAddress.Loopback, Address.Port);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The target's address, by way of the gate.</summary>
    public Uri Address { get; }

    /// <summary>What goes through from now on.</summary>
    public Passage Passage
    {
        get => _passage;
        set
        {
            _passage = value;
            if (value != Passage.Cut)
                return;
            foreach (var client in _open.Keys)
                client.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        foreach (var client in _open.Keys)
            client.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            if (_passage == Passage.Cut)
                client.Dispose();
            else
                _ = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                (_open[client], _open[server]) = (true, true);
                await server.ConnectAsync(_target.Host, _target.Port, _end.Token);
                await Task.WhenAny(
                    PumpAsync(client.GetStream(), server.GetStream(), Passage.Mute), PumpAsync(server.GetStream(), client.GetStream(), Passage.Deaf));
            }
            catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
            {
                // One side has gone; the other goes with it.
            }
            finally
            {
                _open.TryRemove(client, out _);
                _open.TryRemove(server, out _);
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, Passage closed)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var count = await from.ReadAsync(buffer, _end.Token);
            if (count == 0)
                return;
            while (_passage == Passage.Stalled || _passage == closed)
                await Task.Delay(20, _end.Token);
            await to.WriteAsync(buffer.AsMemory(0, count), _end.Token);
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>
/// A subscriber that trusts nothing: applies what it is sent, and after every message that has a digest compares it with its own.
/// </summary>
internal sealed class FeedClient
{
    private readonly SortedDictionary<string, WatchItem> _items = new(StringComparer.Ordinal);
    private bool _begun;

    public string Token { get; private set; } = "";

    public long Knowledge { get; private set; }

    public List<ResetReason> Resets { get; } = [];

    public int Changes { get; private set; }

    public IReadOnlyDictionary<string, WatchItem> Items => _items;

    /// <summary>Everything held, as bytes.</summary>
    public string Content => string.Join('\n', _items.Values.Select(item => item.ToString()));

    public void Take(WatchResponse message)
    {
        if (message.Kind == WatchKind.Reset)
        {
            Resets.Add(message.ResetReason);
            _items.Clear();
            _begun = false;
            return;
        }

        Assert.True(message.Kind is WatchKind.Snapshot == (message.Token.Length == 0));
        Assert.True(message.Kind != WatchKind.Change || message.Items.Count + message.Removed.Count > 0);
        Assert.True(!_begun || message.Kind is WatchKind.Change or WatchKind.Bookmark, $"{message.Kind} in the midst of a stream");
        foreach (var item in message.Items)
            _items[item.Key] = item;
        foreach (var key in message.Removed)
            Assert.True(_items.Remove(key), $"{key} was not there");
        Changes += message.Kind == WatchKind.Change ? 1 : 0;
        if (message.Kind == WatchKind.Snapshot)
            return;
        Assert.True(message.Knowledge >= Knowledge || Resets.Count > 0);
        (_begun, Token, Knowledge) = (true, message.Token, message.Knowledge);
        Assert.Equal(Digest(), message.Digest);
    }

    /// <summary>The connection is lost; what is held stays.</summary>
    public void Disconnect() => _begun = Token.Length > 0;

    private string Digest()
    {
        var text = string.Concat(_items.Select(item => $"{item.Key}\n{item.Value.Etag}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

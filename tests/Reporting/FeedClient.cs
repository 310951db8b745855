using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>
/// A subscriber that trusts nothing: applies what it is sent, and after every message that has a digest compares it with its own.
/// </summary>
internal sealed class FeedClient
{
    private readonly SortedDictionary<string, WatchItem> _items;
    private bool _begun;

    public FeedClient()
        : this(new(StringComparer.Ordinal))
    {
    }

    private FeedClient(SortedDictionary<string, WatchItem> items) => _items = items;

    public string Token { get; private set; } = "";

    public long Knowledge { get; private set; }

    /// <summary>Of what is held, as the last message said and this client found too; empty before a snapshot's end.</summary>
    public string Digest { get; private set; } = "";

    public List<ResetReason> Resets { get; } = [];

    public int Changes { get; private set; }

    public IReadOnlyDictionary<string, WatchItem> Items => _items;

    /// <summary>Everything held, as bytes.</summary>
    public string Content => ContentOf(_items.Values);

    public static string ContentOf(IEnumerable<WatchItem> items) => string.Join('\n', items.Select(item => item.ToByteString().ToBase64()));

    public void Take(WatchResponse message)
    {
        if (message.Kind == WatchKind.Reset)
        {
            Resets.Add(message.ResetReason);
            _items.Clear();
            (_begun, Digest) = (false, "");
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
        Digest = OwnDigest();
        Assert.Equal(Digest, message.Digest);
    }

    /// <summary>Another that holds the same and begins where this one stands.</summary>
    public FeedClient Copy() => new(new(_items, StringComparer.Ordinal)) { Token = Token, Knowledge = Knowledge, Digest = Digest, _begun = _begun };

    /// <summary>The connection is lost; what is held stays.</summary>
    public void Disconnect() => _begun = Token.Length > 0;

    private string OwnDigest()
    {
        var text = string.Concat(_items.Select(item => $"{item.Key}\n{item.Value.Etag}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

using System.Security.Cryptography;
using System.Text;
using Iij.Reporting.V1;

namespace Iij.Cli.Watching;

/// <summary>Something that is other than before; null on a side where it is not there, or not known.</summary>
internal sealed record Difference(string Key, WatchItem? Before, WatchItem? After);

/// <summary>The state of a subscriber, its resume token, and the comparison with the digest of the service.</summary>
/// <param name="token">Where it begins; empty for a snapshot.</param>
internal sealed class Subscription(string token)
{
    private readonly SortedDictionary<string, WatchItem> _items = new(StringComparer.Ordinal);

    /// <summary>Resumes after the last message; empty where only a snapshot helps.</summary>
    public string Token { get; private set; } = token;

    /// <summary>The sequence position of the state.</summary>
    public long Knowledge { get; private set; }

    /// <summary>Whether everything is held: not within a snapshot, and not after a token whose content this program never saw.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether there is something that a new beginning undoes.</summary>
    public bool HasBegun => Token.Length > 0 || _items.Count > 0;

    /// <summary>The items by key.</summary>
    public IReadOnlyDictionary<string, WatchItem> Items => _items;

    /// <summary>The changes that a message will make.</summary>
    public IReadOnlyList<Difference> Differences(WatchResponse message) =>
    [
        .. message.Items.Select(item => new Difference(item.Key, _items.GetValueOrDefault(item.Key), item)),
        .. message.Removed.Select(key => new Difference(key, _items.GetValueOrDefault(key), null)),
    ];

    /// <summary>Applies a message; false where the state then differs from the digest of the message.</summary>
    public bool Take(WatchResponse message)
    {
        if (message.Kind == WatchKind.Reset)
        {
            Forget();
            return true;
        }

        foreach (var item in message.Items)
            _items[item.Key] = item;
        foreach (var key in message.Removed)
            _items.Remove(key);
        if (message.Kind == WatchKind.Snapshot)
            return true;
        IsWhole |= message.Kind == WatchKind.EndOfSnapshot;
        (Token, Knowledge) = (message.Token, message.Knowledge);
        return !IsWhole || message.Digest == Digest();
    }

    /// <summary>Forgets everything: a snapshot is next.</summary>
    public void Forget()
    {
        _items.Clear();
        (Token, Knowledge, IsWhole) = ("", 0, false);
    }

    private string Digest()
    {
        var text = string.Concat(_items.Values.Select(item => $"{item.Key}\n{item.Etag}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

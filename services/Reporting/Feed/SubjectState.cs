using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Iij.Reporting.V1;

namespace Iij.Reporting.Feed;

/// <summary>The state of a subscriber at a position: items by key, and the digest over them. Immutable.</summary>
public sealed class SubjectState
{
    private readonly SortedDictionary<string, WatchItem> _items = new(StringComparer.Ordinal);

    /// <summary>
    /// Keeps these items; each gets its etag. What is as it was before is kept once for both, so that many moments cost what changed.
    /// </summary>
    public SubjectState(long knowledge, IEnumerable<WatchItem> items, SubjectState? before = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        foreach (var item in items)
        {
            item.Etag = Convert.ToHexStringLower(SHA256.HashData(item.ToByteArray()).AsSpan(0, 8));
            _items.Add(item.Key, before?.Same(item) ?? item);
        }

        (Knowledge, Digest) = (knowledge, DigestOf(_items.Values));
        if (Digest == before?.Digest)
            _items = before._items;
    }

    /// <summary>The moment.</summary>
    public long Knowledge { get; }

    /// <summary>SHA-256 over "key\netag\n" of all items, sorted by key.</summary>
    public string Digest { get; }

    /// <summary>The items by key.</summary>
    public IReadOnlyCollection<WatchItem> Items => _items.Values;

    /// <summary>The new and changed items since an earlier state, and the removed keys.</summary>
    public (IReadOnlyList<WatchItem> Items, IReadOnlyList<string> Removed) Since(SubjectState before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return (_items.Values.Where(item => !before._items.TryGetValue(item.Key, out var other) || other.Etag != item.Etag).ToList(),
            before._items.Keys.Where(key => !_items.ContainsKey(key)).ToList());
    }

    private WatchItem? Same(WatchItem item) => _items.TryGetValue(item.Key, out var known) && known.Etag == item.Etag ? known : null;

    private static string DigestOf(IEnumerable<WatchItem> items)
    {
        var text = new StringBuilder();
        foreach (var item in items)
            text.Append(item.Key).Append('\n').Append(item.Etag).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

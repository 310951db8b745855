namespace Iij.Closing;

/// <summary>What at most one standing entry may state, such as the count of a month: by its key, the entry that states it.</summary>
/// <typeparam name="TKey">What is stated, without its value.</typeparam>
public sealed class StandingKeys<TKey>
    where TKey : notnull
{
    private readonly HashSet<TKey> _needed = [];
    private readonly Dictionary<TKey, long> _entries = [];

    /// <summary>The keys that rules need.</summary>
    public IReadOnlyCollection<TKey> Needed => _needed;

    /// <summary>Notes that a key is needed.</summary>
    public void Need(TKey key) => _needed.Add(key);

    /// <summary>The entry that states a key, or null.</summary>
    public long? Find(TKey key) => _entries.TryGetValue(key, out var entry) ? entry : null;

    /// <summary>An entry states a key.</summary>
    public void Add(TKey key, long entry) => _entries[key] = entry;

    /// <summary>An entry was reversed, and states nothing any more.</summary>
    public void Remove(long entry)
    {
        foreach (var key in _entries.Where(stated => stated.Value == entry).Select(stated => stated.Key).ToList())
            _entries.Remove(key);
    }
}

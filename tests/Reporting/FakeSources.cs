using Iij.Contracts;

namespace Iij.Tests.Reporting;

/// <summary>
/// The five sources of a test: reporting asks them as its peers, and what a test closes is pulled from them. Amounts that a test does not name
/// are zero.
/// </summary>
internal sealed class FakeSources : IAsyncDisposable
{
    private readonly Dictionary<string, FakePeer> _peers = [];
    private readonly Dictionary<string, int> _revisions = [];

    public IEnumerable<FakePeer> All => _peers.Values;

    public FakePeer this[string source] => _peers[source];

    public (string Name, string Address)[] Addresses => [.. _peers.Select(peer => (peer.Key, peer.Value.Address))];

    public static async Task<FakeSources> StartAsync()
    {
        var sources = new FakeSources();
        foreach (var source in Statements.Schemas.Keys)
            sources._peers[source] = await FakePeer.StartAsync(source);
        return sources;
    }

    /// <summary>Every source closes a month; amounts of measures are given, others are zero.</summary>
    public void CloseAll(string month, params (string Measure, long Amount)[] amounts)
    {
        foreach (var source in _peers.Keys)
            Close(source, month, [.. amounts.Where(one => one.Measure.StartsWith(source + ".", StringComparison.Ordinal))]);
    }

    public void Close(string source, string month, params (string Measure, long Amount)[] amounts) =>
        Tell(source, month, "Closed", Statements.Full(source, amounts));

    public void RollForward(string source, string month, params (string Measure, long Amount)[] amounts) =>
        Tell(source, month, "RolledForward", Statements.Full(source, amounts));

    public void Reopen(string source, string month) => Tell(source, month, "Reopened", "");

    /// <summary>Reopens a month and closes it with other amounts.</summary>
    public void Restate(string source, string month, params (string Measure, long Amount)[] amounts)
    {
        Reopen(source, month);
        Close(source, month, amounts);
    }

    public void Tell(string source, string month, string transition, string body)
    {
        var key = $"{source} {month}";
        var revision = _revisions[key] = _revisions.GetValueOrDefault(key) + (body.Length > 0 ? 1 : 0);
        var (peer, sequence) = (_peers[source], _peers[source].Events.Count + 1L);
        peer.Events.Add(new PeriodEventPublished(Guid.NewGuid().ToString(), source, peer.Incarnation, transition, month, revision, sequence,
            sequence - 1, 1_340_000_000_000_000 + sequence, "clerk", "", body.Length > 0 ? Statements.Schemas[source].FullName : "", body));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers.Values)
            await peer.DisposeAsync();
    }
}

using Iij.Contracts;
using Iij.Platform;
using Microsoft.Extensions.Logging;

namespace Iij.Closing;

/// <summary>
/// The signatures of the source's events. An event is signed in the transaction that records it. When a new incarnation begins, the events of
/// before are signed again for it, but only those whose earlier signature is right: a row that was put into the database, or changed
/// there, stays without one, and reporting does not accept it.
/// </summary>
public sealed partial class EventSignatures(
    PeriodStore store, Signer signer, ServiceSettings settings, TimeProvider clock, ILogger<EventSignatures> log) : IDisposable
{
    private readonly PublicKeys _keys = new(Signer.OwnFolder(settings.Signing), clock);

    /// <summary>The row with its signature.</summary>
    public EventRow Sign(EventRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var signed = signer.Sign(row.ToMessage());
        return row with { KeyId = signed.KeyId, Signature = signed.Signature };
    }

    /// <summary>Whether this source signed an event.</summary>
    public bool IsOwn(PeriodEventPublished message) => _keys.ProblemOf(message) is null;

    /// <summary>Signs the events that the present incarnation lacks a signature of; without a key nothing is done.</summary>
    public async Task CompleteAsync(Transaction transaction)
    {
        if (!signer.HasKey)
            return;
        var unsigned = await store.ListUnsignedAsync(transaction);
        if (unsigned.Count == 0)
            return;
        var before = await store.LastBeforeSigningAsync(transaction);
        var earlier = (await store.ListSignaturesAsync(transaction, [.. unsigned.Select(row => row.Sequence)])).ToLookup(row => row.Sequence);
        foreach (var row in unsigned)
        {
            var signatures = earlier[row.Sequence].ToList();
            if (signatures.Count == 0 ? row.Sequence <= before : signatures.Any(signature => IsOwn(row, signature)))
                await store.InsertSignatureAsync(transaction, Sign(row));
            else
                EventNotSigned(row.Sequence, row.Source);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.Dispose();

    private bool IsOwn(EventRow row, SignatureRow signed) =>
        IsOwn(row.ToMessage() with { Incarnation = signed.Incarnation, KeyId = signed.KeyId, Signature = signed.Signature });

    [LoggerMessage(LogLevel.Error, "event {Sequence} of {Source} has no right signature of an earlier incarnation: its row is not what was recorded. "
        + "It is not signed, and reporting does not accept it.")]
    private partial void EventNotSigned(long sequence, string source);
}

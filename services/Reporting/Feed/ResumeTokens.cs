using System.Globalization;
using System.Security.Cryptography;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting.Feed;

/// <summary>
/// Issues and judges resume tokens. They belong to an epoch of the database: where the database was replaced by an older copy, its positions
/// mean something else, and a new epoch begins.
/// </summary>
public sealed class ResumeTokens(FeedStore store, Database database, ServiceSettings settings, TimeProvider clock)
{
    private const int SealKeyLength = 32;
    private FeedEpoch _epoch = new();
    private ulong _epochShort;

    /// <summary>Takes the epoch that holds; begins one where there is none, or where the database is a copy of another.</summary>
    public async Task<bool> PrepareAsync(Transaction transaction)
    {
        var evidence = await database.Engine.EvidenceAsync(transaction, FeedStore.Table);
        var known = await store.FindAsync(transaction);
        if (known is null || known.Evidence != evidence)
        {
            // The key is kept, so that tokens of the epoch before are known for what they are.
            known = new FeedEpoch
            {
                Epoch = Guid.NewGuid().ToString(), SealKey = known?.SealKey ?? RandomNumberGenerator.GetBytes(SealKeyLength), Evidence = evidence,
            };
            await store.InsertAsync(transaction, known, clock.Now().ToMicroseconds());
        }

        (_epoch, _epochShort) = (known, ResumeToken.Hash(known.Epoch));
        return true;
    }

    /// <summary>Reads the token of a request; null where it has none. Refuses one that was not issued here (TOKEN_INVALID).</summary>
    /// <param name="request">The request.</param>
    /// <param name="isSentByItself">
    /// Whether the subscriber sends it without a choice, as browsers send the last id: then one that was not issued here belongs to another
    /// database, and the stream begins with a reset. A refusal would end a browser's subscription for good.
    /// </param>
    public ResumeToken? Read(WatchRequest request, bool isSentByItself)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Token.Length == 0)
            return null;
        return ResumeToken.TryRead(request.Token, _epoch.SealKey) ?? (isSentByItself ? default(ResumeToken) : throw new Refusal(Reason.TokenInvalid,
            "token: it was not issued by this system; omit it to begin with a snapshot", ("field", "token")));
    }

    /// <summary>The token of a subscriber that holds this of a subject.</summary>
    public string Issue(Subject subject, SubjectState state)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(state);
        return new ResumeToken(_epochShort, state.Knowledge, ResumeToken.Hash(subject.Name), Fingerprint(state)).Write(_epoch.SealKey);
    }

    /// <summary>Why a stream cannot continue after a token; null where it can if the state at its position is the token's.</summary>
    public ResetReason? Doubt(Subject subject, SubjectState now, ResumeToken token)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(now);
        if (token.Epoch != _epochShort || token.Position > now.Knowledge)
            return ResetReason.Epoch;
        if (token.Subject != ResumeToken.Hash(subject.Name))
            return ResetReason.Filter;
        return now.Knowledge - token.Position > settings.Feed.KeptPositions ? ResetReason.Expired : null;
    }

    /// <summary>Whether a token was issued for this state.</summary>
    public static bool IsOf(ResumeToken token, SubjectState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Fingerprint(state) == token.StateHash;
    }

    private static ulong Fingerprint(SubjectState state) => ulong.Parse(state.Digest.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

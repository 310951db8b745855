using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Iij.Closing.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Closing;

/// <summary>The signature of an event as somebody verifies it who has the description of it alone: docs/security.md.</summary>
internal static class Signatures
{
    /// <summary>The event as ListPeriodEvents serves it is signed with the key of its source.</summary>
    public static void Verify(PeriodEvent told)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(SourceKeys.Folder, told.Source + ".pub.pem")));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..32], told.KeyId);
        Assert.True(key.VerifyData(Content(told), told.Signature.Span, HashAlgorithmName.SHA256), $"the signature of {told.Source} {told.Sequence}");
    }

    private static byte[] Content(PeriodEvent told)
    {
        var at = told.OccurredAt.Seconds * 1_000_000 + told.OccurredAt.Nanos / 1_000;
        var waivers = told.Waivers.Count == 0 ? "" : $"[{string.Join(",", told.Waivers.Select(waiver => waiver.ToString()))}]";
        var text = new StringBuilder();
        foreach (var part in new[]
        {
            "iij period event 1", told.EventId, told.Source, told.Incarnation, $"{told.Transition}", $"{told.Month.Year:D4}-{told.Month.Month_:D2}",
            told.Revision.ToString(CultureInfo.InvariantCulture), told.Sequence.ToString(CultureInfo.InvariantCulture),
            told.PreviousSequence.ToString(CultureInfo.InvariantCulture), at.ToString(CultureInfo.InvariantCulture), told.Actor, told.Reason, told.Schema,
            waivers, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(told.Body))),
        })
        {
            text.Append(part.Length).Append(':').Append(part).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

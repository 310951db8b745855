using Google.Protobuf;
using Grpc.Core;
using Iij.Closing.V1;
using Iij.Platform;

namespace Iij.Closing;

/// <summary>A call that records an entry.</summary>
/// <param name="Call">The acting person and the request id.</param>
/// <param name="Document">What the entry rests on; empty texts where the caller gave none.</param>
public sealed record EntryCall(Call Call, Document Document)
{
    private const int ReferenceLengthMax = 100;
    private const int TextLengthMax = 1_000;
    private static readonly Document _none = new();

    /// <summary>
    /// Reads the call of a request. Refuses what <see cref="Call"/> refuses, and a document without a reference and a text, or with one that is too
    /// long or does not print (FIELD_INVALID).
    /// </summary>
    public static EntryCall Of(ServerCallContext context, IMessage request, string requestId, Document? document) =>
        new(Call.Of(context, request, requestId), document is null ? _none : Checked(document));

    /// <summary>A reference of a document, as a caller gives it.</summary>
    public static string Reference(string value, string field) => Fields.Text(value, field, ReferenceLengthMax).Trim() == value
        ? value
        : throw Refusal.Field(field, "begins or ends with a space");

    private static Document Checked(Document document)
    {
        if (document.Reference.Length + document.Text.Length == 0)
            throw Refusal.Field("document", "has neither a reference nor a text; leave it out where there is no document");
        if (document.Reference.Length > 0)
            Reference(document.Reference, "document.reference");
        Fields.OptionalText(document.Text, "document.text", TextLengthMax);
        return document;
    }
}

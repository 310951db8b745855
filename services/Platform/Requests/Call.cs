using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Iij.Client;
using Iij.Contracts;

namespace Iij.Platform;

/// <summary>The acting person of a write, its request id, and the hash of its content.</summary>
/// <param name="RequestId">The caller's id of the write; a repeat gets the first answer.</param>
/// <param name="Actor">Who acts: the subject of the token; without an issuer the metadata key "iij-actor". Never a field of the request.</param>
/// <param name="ContentHash">SHA-256 over method, actor and request: the same id with another content is refused.</param>
public sealed record Call(string RequestId, string Actor, string ContentHash)
{
    /// <summary>Reads a write's call. Refuses a missing actor (UNAUTHENTICATED) and a missing or overlong request id.</summary>
    public static Call Of(ServerCallContext context, IMessage request, string requestId)
    {
        ArgumentNullException.ThrowIfNull(context);
        var actor = ActorOf(context);
        Fields.Text(requestId, "request_id", 100);
        var content = Encoding.UTF8.GetBytes($"{request.Descriptor.FullName}\n{actor}\n").Concat(request.ToByteArray()).ToArray();
        return new Call(requestId, actor, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    /// <summary>Refuses a write that does not name the acting person.</summary>
    public static string ActorOf(ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var actor = context.RequestHeaders.GetValue(ActorMetadata.Key);
        if (Caller.Of(context.GetHttpContext()) is { } caller)
            return caller.ActorOf(actor);
        if (!ActorMetadata.IsName(actor))
        {
            throw new Refusal(Reason.ActorMissing,
                $"a write says who acts in the metadata key \"{ActorMetadata.Key}\""
                + $" (1 to {ActorMetadata.LengthMax} printable ASCII characters, no space at an end)",
                ("metadata_key", ActorMetadata.Key));
        }

        return actor;
    }
}

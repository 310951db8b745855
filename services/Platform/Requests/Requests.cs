using Google.Protobuf;
using Iij.Contracts;

namespace Iij.Platform;

/// <summary>A write under a request id happens once: a repeat gets the first answer, another content is refused.</summary>
public sealed class Requests(Database database, RequestStore store)
{
    /// <summary>Runs a write once, in one transaction with the keeping of its answer. A caller who goes before its turn has written nothing.</summary>
    public Task<TResponse> OnceAsync<TResponse>(Call call, Func<Transaction, Task<TResponse>> write, CancellationToken cancel)
        where TResponse : IMessage<TResponse>, new() =>
        database.WriteAsync(async transaction =>
        {
            var response = new TResponse();
            if (await store.FindAsync(transaction, call.RequestId) is { } first)
            {
                response.MergeFrom(FirstAnswer(first, call));
                return response;
            }

            response = await write(transaction);
            await store.InsertAsync(transaction, [new(call.RequestId, call.ContentHash, response.ToByteArray())]);
            return response;
        }, cancel);

    /// <summary>The first answer to a request, or null.</summary>
    public async Task<TResponse?> FindAsync<TResponse>(Transaction transaction, Call call)
        where TResponse : class, IMessage<TResponse>, new()
    {
        ArgumentNullException.ThrowIfNull(call);
        if (await store.FindAsync(transaction, call.RequestId) is not { } first)
            return null;
        var response = new TResponse();
        response.MergeFrom(FirstAnswer(first, call));
        return response;
    }

    /// <summary>The bytes of the first answer; refuses the same id with another content (ALREADY_EXISTS, REQUEST_ID_REUSED).</summary>
    public static byte[] FirstAnswer(AnsweredRequest first, Call call)
    {
        ArgumentNullException.ThrowIfNull(first);
        return first.ContentHash == call.ContentHash
            ? first.Response
            : throw new Refusal(Reason.RequestIdReused,
                $"request_id \"{call.RequestId}\" was used for another content or by another actor; send a new one",
                ("request_id", call.RequestId));
    }
}

namespace Iij.Platform;

/// <summary>The SQL of answered requests.</summary>
public sealed class RequestStore
{
    /// <summary>The query of the answers to @requestIds.</summary>
    public const string ByIds = "SELECT request_id, content_hash, response FROM request WHERE request_id IN @requestIds";

    private static readonly Table _requests = new("request", "request_id", "content_hash", "response");

    /// <summary>The first answer to a request, or null.</summary>
    public async Task<AnsweredRequest?> FindAsync(Transaction transaction, string requestId) =>
        (await FindAsync(transaction, [requestId])).FirstOrDefault();

    /// <summary>The first answers to these requests.</summary>
    public Task<IReadOnlyList<AnsweredRequest>> FindAsync(Transaction transaction, IReadOnlyList<string> requestIds) =>
        transaction.QueryAsync<AnsweredRequest>(ByIds, new { requestIds });

    /// <summary>Keeps the answers to requests.</summary>
    public Task InsertAsync(Transaction transaction, IReadOnlyList<AnsweredRequest> requests) =>
        transaction.InsertAsync(requests.Select(Row));

    /// <summary>The row that keeps an answer.</summary>
    public static TableRow Row(AnsweredRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _requests.Row(request.RequestId, request.ContentHash, request.Response);
    }

    /// <summary>Fails where the database does not answer, lacks its schema, or takes no writes. Writes nothing.</summary>
    public Task<int> ProbeAsync(Transaction transaction) => transaction.ExecuteAsync(
        "INSERT INTO request (request_id, content_hash, response) SELECT request_id, content_hash, response FROM request WHERE 1 = 0");
}

/// <summary>A write that was answered.</summary>
public sealed record AnsweredRequest(string RequestId, string ContentHash, byte[] Response)
{
    // Rows are filled by property: an empty SQLite result has no column types that a constructor could be matched by.
    private AnsweredRequest()
        : this("", "", [])
    {
    }
}

using System.Data.Common;
using Iij.Atm;
using Iij.AtmOperations.V1;
using Iij.Closing;
using Iij.Platform;
using Npgsql;

namespace Iij.Tests.Bench;

/// <summary>
/// The rows of withdrawals written by hand into the product's own tables, 1,000 withdrawals a transaction: by binary COPY, or by prepared
/// inserts on SQLite. No call, no rule, no running total.
/// </summary>
internal sealed class BulkTwin : IAsyncDisposable
{
    private const int PerTransaction = 1_000;

    private static readonly Dictionary<string, string[]> _tables = new()
    {
        ["entry"] = ["number", "kind", "entry_date", "month", "opening", "reason", "actor", "recorded_at"],
        ["posting"] = ["entry", "line", "measure", "subject", "amount"],
        ["withdrawal"] = ["entry", "atm_id", "day", "settlement"],
        ["request"] = ["request_id", "content_hash", "response"],
    };

    private readonly BenchDatabase _storage;
    private readonly DbConnection _connection;
    private readonly Dictionary<string, DbCommand> _inserts = [];
    private long _last;

    private BulkTwin(BenchDatabase storage, DbConnection connection) => (_storage, _connection) = (storage, connection);

    public static async Task<BulkTwin> StartAsync(string engine)
    {
        var storage = await BenchDatabase.CreateAsync(engine);
        // The product makes its schema; then it is gone.
        var settings = new ServiceSettings { Listen = "http://127.0.0.1:0", Storage = storage.Settings };
        settings.Signing.KeyFile = Servers.SourceKeys.FileOf("atm");
        await (await SourceHost.BuildAsync<AtmSource, AtmStore, AtmGrpcService>(settings, (_, _) => Task.CompletedTask)).DisposeAsync();
        return new BulkTwin(storage, await storage.OpenAsync());
    }

    public async Task InsertAsync(IEnumerable<RecordWithdrawalRequest> requests)
    {
        foreach (var thousand in requests.Chunk(PerTransaction))
        {
            var rows = Rows(thousand);
            await using var transaction = await _connection.BeginTransactionAsync();
            foreach (var (table, columns) in _tables)
            {
                if (_connection is NpgsqlConnection postgres)
                    await CopyAsync(postgres, table, columns, rows[table]);
                else
                    Insert(transaction, table, columns, rows[table]);
            }

            await transaction.CommitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var insert in _inserts.Values)
            await insert.DisposeAsync();
        await _connection.DisposeAsync();
        await _storage.DisposeAsync();
    }

    private Dictionary<string, List<object[]>> Rows(IReadOnlyList<RecordWithdrawalRequest> requests)
    {
        var rows = _tables.Keys.ToDictionary(table => table, _ => new List<object[]>());
        foreach (var request in requests)
        {
            var (number, day) = (++_last, request.WithdrawnAt[..10]);
            rows["entry"].Add([number, "WITHDRAWAL", day, day[..7], (short)0, "", "bench", 1_353_000_000_000_000L]);
            rows["posting"].Add([number, (short)1, AtmState.Withdrawals, "", 1L]);
            rows["posting"].Add([number, (short)2, AtmState.Commission, "", request.CommissionJpy]);
            rows["withdrawal"].Add([number, request.AtmId, day, (short)0]);
            rows["request"].Add([request.RequestId, new string('0', 64), new byte[24]]);
        }

        return rows;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, string table, string[] columns, List<object[]> rows)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT binary)");
        foreach (var row in rows)
            await copy.WriteRowAsync(default, row);
        await copy.CompleteAsync();
    }

    private void Insert(DbTransaction transaction, string table, string[] columns, List<object[]> rows)
    {
        if (!_inserts.TryGetValue(table, out var insert))
        {
            insert = _inserts[table] = _connection.CreateCommand();
            insert.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "@" + column))})";
            foreach (var column in columns)
            {
                var parameter = insert.CreateParameter();
                parameter.ParameterName = "@" + column;
                insert.Parameters.Add(parameter);
            }
        }

        insert.Transaction = transaction;
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
                insert.Parameters[i].Value = row[i];
            insert.ExecuteNonQuery();
        }
    }
}

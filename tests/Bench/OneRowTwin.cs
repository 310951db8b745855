using System.Data.Common;
using Grpc.Core;
using Iij.AtmOperations.V1;
using Iij.Closing.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Iij.Tests.Bench;

/// <summary>
/// A bare gRPC service: each call inserts one row with a prepared statement and commits it, on PostgreSQL over 32 connections, on SQLite over
/// the one writer that it has. No rule, no running total, no repeated request.
/// </summary>
internal sealed class OneRowTwin(OneRowTwin.Pool pool) : AtmOperationsService.AtmOperationsServiceBase
{
    private const string Insert = "INSERT INTO withdrawal (request_id, atm_id, withdrawn_at, commission) VALUES (@request, @atm, @at, @commission)";

    public static async Task<ServedApp> StartAsync(string engine)
    {
        var storage = await BenchDatabase.CreateAsync(engine);
        await using (var connection = await storage.OpenAsync())
        {
            await BenchDatabase.ExecuteAsync(connection, "CREATE TABLE withdrawal (request_id TEXT PRIMARY KEY, atm_id TEXT NOT NULL, "
                + "withdrawn_at TEXT NOT NULL, commission BIGINT NOT NULL)");
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(await Pool.OpenAsync(storage, storage.IsPostgres ? 32 : 1));
        var app = builder.Build();
        app.MapGrpcService<OneRowTwin>();
        return await Withdrawals.ServeAsync(app, storage);
    }

    public override async Task<RecordWithdrawalResponse> RecordWithdrawal(RecordWithdrawalRequest request, ServerCallContext context)
    {
        var number = await pool.UseAsync(async command =>
        {
            command.Parameters[0].Value = request.RequestId;
            command.Parameters[1].Value = request.AtmId;
            command.Parameters[2].Value = request.WithdrawnAt;
            command.Parameters[3].Value = request.CommissionJpy;
            return await command.ExecuteNonQueryAsync(); // commits by itself
        });
        return new RecordWithdrawalResponse { Receipt = new EntryReceipt { EntryNumber = number } };
    }

    /// <summary>Open connections, each with the prepared statement.</summary>
    internal sealed class Pool : IAsyncDisposable
    {
        private readonly System.Threading.Channels.Channel<DbCommand> _idle = System.Threading.Channels.Channel.CreateUnbounded<DbCommand>();

        public static async Task<Pool> OpenAsync(BenchDatabase storage, int connections)
        {
            var pool = new Pool();
            for (var i = 0; i < connections; i++)
            {
                var command = (await storage.OpenAsync()).CreateCommand();
                command.CommandText = Insert;
                foreach (var (name, value) in new (string, object)[] { ("request", ""), ("atm", ""), ("at", ""), ("commission", 0L) })
                {
                    var parameter = command.CreateParameter();
                    (parameter.ParameterName, parameter.Value) = (name, value);
                    command.Parameters.Add(parameter);
                }

                await command.PrepareAsync();
                pool._idle.Writer.TryWrite(command);
            }

            return pool;
        }

        public async Task<int> UseAsync(Func<DbCommand, Task<int>> work)
        {
            var command = await _idle.Reader.ReadAsync();
            try
            {
                return await work(command);
            }
            finally
            {
                _idle.Writer.TryWrite(command);
            }
        }

        public async ValueTask DisposeAsync()
        {
            while (_idle.Reader.TryRead(out var command))
                await command.Connection!.DisposeAsync();
        }
    }
}

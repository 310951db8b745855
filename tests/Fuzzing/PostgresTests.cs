using Google.Protobuf.Reflection;
using Grpc.Net.Client;
using Iij.Backlog;
using Iij.Closing;
using Iij.Group;
using Iij.Platform;
using Iij.Reporting;
using Iij.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Iij.Tests.Fuzzing;

/// <summary>The same wrong fields on PostgreSQL, whose text takes no NUL and whose numbers overflow with an error.</summary>
public sealed class PostgresTests
{
    [Theory]
    [InlineData("backlog")]
    [InlineData("group")]
    [InlineData("reporting")]
    public async Task Every_bad_request_is_refused_and_no_row_changes(string process)
    {
        var connection = await PostgresServer.Shared.CreateDatabaseAsync("fuzzing");
        await using var app = await StartAsync(process, connection);
        using var channel = GrpcChannel.ForAddress(app.Address());
        await SeedAsync(process, channel);
        var faults = new List<string>();
        foreach (var rpc in Rpcs(process, channel))
        {
            var before = await RowsAsync(connection);
            foreach (var mutation in Mutations.Of(rpc.Method.InputType)
                .Where(mutation => !mutation.What.Contains("of them", StringComparison.Ordinal)))
            {
                var request = Samples.Of(rpc);
                mutation.Apply(request);
                var answer = await rpc.SendAsync(request);
                faults.AddRange(Judge.Faults(answer, mutation.Field).Select(fault => $"{rpc} with {mutation}: {fault}: {answer}"));
                if (!rpc.IsWrite)
                    continue;
                var after = await RowsAsync(connection);
                if (!answer.IsOk && before != after)
                    faults.Add($"{rpc} with {mutation}: rows changed");
                before = after;
            }
        }

        await PostgresServer.Shared.DropDatabaseAsync(connection);
        Assert.True(faults.Count == 0, $"{faults.Count} faults\n{string.Join('\n', faults.Take(60))}");
    }

    private static async Task<WebApplication> StartAsync(string process, string connection)
    {
        var settings = new ServiceSettings
        {
            Relay = false, FillGaps = false, Storage = new StorageSettings { Engine = "postgres", ConnectionString = connection },
            Signing = new SigningSettings { KeyFile = SourceKeys.FileOf("group"), PublicKeys = SourceKeys.Folder },
        };
        var app = process switch
        {
            "backlog" => await SourceHost.BuildAsync<BacklogSource, BacklogStore, BacklogGrpcService>(
                settings, (_, _) => Task.CompletedTask),
            "group" => await SourceHost.BuildAsync<GroupSource, GroupStore, GroupGrpcService>(settings, (_, _) => Task.CompletedTask),
            _ => await ReportingHost.BuildAsync(settings),
        };
        await app.StartAsync();
        return app;
    }

    private static async Task SeedAsync(string process, GrpcChannel channel)
    {
        if (process == "reporting")
        {
            // The model as it is, once more: the first thing that is known.
            var reporting = new Reporting.V1.ReportingService.ReportingServiceClient(channel);
            var lines = (await reporting.ListLinesAsync(new())).Lines;
            await Tests.Model.TwoSteps.DefineLinesAsync(reporting, lines);
        }

        foreach (var month in new[] { 4, 5 })
        {
            if (process == "backlog")
                await Seed.BacklogAsync(new(channel), new() { Year = 2012, Month = month, Day = 10 });
            if (process == "group")
                await Seed.GroupAsync(new(channel), new() { Year = 2012, Month = month, Day = 10 });
        }
    }

    private static IEnumerable<Rpc> Rpcs(string process, GrpcChannel channel)
    {
        ServiceDescriptor[] services = process switch
        {
            "backlog" => [SiBacklog.V1.SiBacklogService.Descriptor, Closing.V1.ClosingService.Descriptor],
            "group" => [Group.V1.GroupService.Descriptor, Closing.V1.ClosingService.Descriptor],
            _ => [Reporting.V1.ReportingService.Descriptor],
        };
        return services.SelectMany(service => service.Methods).Select(method => new Rpc(process, channel, method));
    }

    private static async Task<string> RowsAsync(string connection)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var tables = new NpgsqlCommand(
            "SELECT string_agg("
            + "format('(SELECT md5(coalesce(string_agg(t::text, E''\\n'' ORDER BY t::text), '''')) FROM %I t)', tablename), "
            + "' || ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'", open);
        await using var rows = new NpgsqlCommand($"SELECT {await tables.ExecuteScalarAsync()}", open);
        return (string)(await rows.ExecuteScalarAsync())!;
    }
}

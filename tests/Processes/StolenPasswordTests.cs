using System.Text.Json;
using Grpc.Core;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.NetworkServices.V1;
using Iij.Reporting.V1;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace Iij.Tests.Processes;

/// <summary>Who has the password of one source at the broker speaks for no other, and cannot make its books look like a restored copy.</summary>
public sealed class StolenPasswordTests(MigratedServers servers) : IClassFixture<MigratedServers>
{
    private const string Exchange = "period-events";
    private static readonly TimeSpan _arrivalMax = TimeSpan.FromSeconds(60);
    private static readonly Iij.Period.V1.Month _month = new() { Year = 2012, Month_ = 4 };
    private static readonly string[] _types = ["urn:message:Iij.Contracts:PeriodEventPublished"];

    [Fact]
    public async Task A_forged_close_of_another_source_moves_nothing_and_the_honest_one_goes_on()
    {
        await using var processes = await SixProcesses.StartAsync(servers.Deployed);
        var network = new ClosingService.ClosingServiceClient(processes.Channels["network"]);
        var reporting = new ReportingService.ReportingServiceClient(processes.Channels["reporting"]);
        await new NetworkServicesService.NetworkServicesServiceClient(processes.Channels["network"]).RecordCostAsync(
            new() { RequestId = "cost", Date = new() { Year = 2012, Month = 4, Day = 2 }, AmountJpy = 5 }, As("recorder"));
        await network.PreparePeriodAsync(new() { RequestId = "prepare", Month = _month }, As("preparer"));
        await UntilAsync(async () => (await NetworkAsync(reporting)).LastSequence == 1);
        var incarnation = (await network.GetSourceAsync(new())).Incarnation;

        var honest = PeriodEventPublished.FromProto((await network.ListPeriodEventsAsync(new())).Events.Single());
        var forged = honest with
        {
            EventId = $"{Guid.NewGuid()}",
            Transition = "Closed",
            Revision = 1,
            Sequence = 2,
            PreviousSequence = 1,
            Schema = NetworkServicesStatement.Descriptor.FullName,
            Body = """{"costJpy":"86690000000"}""",
        };
        await PublishAsync(forged, "atm"); // a new event of network, with the signature of another one
        await PublishAsync(forged with { KeyId = "", Signature = "" }, null);
        await PublishAsync(honest with { Actor = "mallory" }, "atm"); // contradicts what reporting holds
        await PublishAsync(honest with { Actor = "mallory", Reason = "names no user" }, null);
        var refused = await Assert.ThrowsAnyAsync<OperationInterruptedException>(() => PublishAsync(forged, "network"));
        Assert.Equal(Constants.PreconditionFailed, refused.ShutdownReason!.ReplyCode);

        await UntilAsync(async () => (await LettersAsync(reporting)).Count == 4);
        Assert.All(await LettersAsync(reporting), letter => Assert.Equal("SENDER_WRONG", letter.Reason));
        Assert.Equal(1, (await NetworkAsync(reporting)).LastSequence);
        await network.ReturnPeriodAsync(new() { RequestId = "return", Month = _month, Reason = "not yet" }, As("preparer"));
        await UntilAsync(async () => (await NetworkAsync(reporting)).LastSequence == 2);
        await reporting.FillGapsAsync(new());
        Assert.Equal(incarnation, (await network.GetSourceAsync(new())).Incarnation);
        Assert.Equal(4, (await LettersAsync(reporting)).Count);
    }

    // As a program with the password of atm would: it chooses the content and the user that it names.
    private async Task PublishAsync(PeriodEventPublished message, string? user)
    {
        var confirmed = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using var connection = await new ConnectionFactory { Uri = servers.Deployed.BusUri("atm") }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(confirmed);
        var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json", Persistent = true };
        if (user is not null)
            properties.UserId = user;
        var envelope = new { MessageId = Guid.NewGuid(), MessageType = _types, Message = message };
        await channel.BasicPublishAsync(Exchange, "", mandatory: false, properties, JsonSerializer.SerializeToUtf8Bytes(envelope, JsonSerializerOptions.Web));
    }

    private static async Task<SourceStatus> NetworkAsync(ReportingService.ReportingServiceClient reporting) =>
        (await reporting.ListSourcesAsync(new())).Sources.Single(source => source.Source == "network");

    private static async Task<IReadOnlyList<DeadLetter>> LettersAsync(ReportingService.ReportingServiceClient reporting) =>
        (await reporting.ListDeadLettersAsync(new() { PageSize = 100 })).Letters;

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(_arrivalMax);
        while (!await isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
    }

    private static CallOptions As(string actor) => new(new Metadata { { "iij-actor", actor } });
}

using System.Globalization;
using Grpc.Core;
using Iij.Closing;
using Iij.Contracts;
using Iij.NetworkServices.V1;
using Iij.Platform;
using NodaTime;

namespace Iij.Network;

/// <summary>NetworkServicesService: reads requests into domain values, lets the rules decide, records.</summary>
public sealed class NetworkGrpcService(Database database, Journal journal, JournalStore entries, NetworkStore store)
    : NetworkServicesService.NetworkServicesServiceBase
{
    /// <inheritdoc/>
    public override async Task<RecordRevenueResponse> RecordRevenue(RecordRevenueRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"));
        var amount = Fields.NotNegative(request.HasAmountJpy, request.AmountJpy, "amount_jpy");
        var decision = NetworkMeasures.Earn(on, MeasureOf(request.Category), amount);
        return new RecordRevenueResponse { Receipt = await journal.RecordAsync(call, decision) };
    }

    /// <inheritdoc/>
    public override async Task<RecordCostResponse> RecordCost(RecordCostRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"));
        var decision = NetworkMeasures.Spend(on, Fields.NotNegative(request.HasAmountJpy, request.AmountJpy, "amount_jpy"));
        return new RecordCostResponse { Receipt = await journal.RecordAsync(call, decision) };
    }

    /// <inheritdoc/>
    public override async Task<ChangeContractsResponse> ChangeContracts(ChangeContractsRequest request, ServerCallContext context)
    {
        var (call, on, band) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"), BandOf(request.Band));
        var activated = Fields.NotNegative(request.HasActivated, request.Activated, "activated");
        var cancelled = Fields.NotNegative(request.HasCancelled, request.Cancelled, "cancelled");
        var receipt = await journal.RecordAsync<NetworkRuleState>(call, state => state.Need(band), state =>
            state.Band(band).Change(on, activated, cancelled, request.Opening) with { Rows = NetworkStore.Change(band, on, request.Opening) });
        return new ChangeContractsResponse { Receipt = receipt };
    }

    /// <inheritdoc/>
    public override async Task<RecordLteAdditionsResponse> RecordLteAdditions(RecordLteAdditionsRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"));
        var decision = NetworkMeasures.AddLte(on, Fields.Amount(request.HasAdditions, request.Additions, "additions"));
        return new RecordLteAdditionsResponse { Receipt = await journal.RecordAsync(call, decision) };
    }

    /// <inheritdoc/>
    public override Task<GetContractsInForceResponse> GetContractsInForce(GetContractsInForceRequest request, ServerCallContext context)
    {
        var date = Fields.Date(request.Date, "date");
        return database.ReadAsync(async transaction =>
        {
            var response = new GetContractsInForceResponse();
            var changes = await entries.ChangesAsync(transaction, [.. BandContracts.Bands.Select(BandContracts.Measure)]);
            foreach (var band in BandContracts.Bands)
            {
                if (new BandContracts(band, changes.Of(BandContracts.Measure(band))).InForce(date) is { } inForce)
                    response.Bands.Add(new ContractsInForce { Band = ToProto(band), InForce = inForce });
            }

            return response.Bands.Count > 0
                ? response
                : throw new Refusal(Reason.NothingInForceYet, $"no contract was in force by {date.ToIso()}", ("date", date.ToIso()));
        }, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ListContractChangesResponse> ListContractChanges(
        ListContractChangesRequest request, ServerCallContext context)
    {
        var from = request.From is null ? new LocalDate(1, 1, 1) : Fields.Date(request.From, "from");
        var to = request.To is null ? LocalDate.MaxIsoValue : Fields.Date(request.To, "to");
        if (to < from)
            throw Refusal.Field("to", "is before from");
        var band = request.Band == BandwidthBand.Unspecified ? "" : BandOf(request.Band);
        var (size, after) = (Fields.PageSize(request.PageSize), PageAfter(request.PageToken));
        var rows = await database.ReadAsync(
            transaction => store.ListAsync(transaction, band, (from, to), after, size), context.CancellationToken);
        var last = rows.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{rows[^1].Day}/{rows[^1].Entry}");
        return new ListContractChangesResponse
        {
            Changes = { rows.Select(ToProto) },
            NextPageToken = Fields.NextPage(rows.Count, size, last),
        };
    }

    // A page ends at a date and an entry: "2012-12-31/17".
    private static (string Day, long Entry) PageAfter(string token)
    {
        if (Fields.PageAfter(token) is not { Length: > 0 } text)
            return ("", 0);
        var parts = text.Split('/');
        return parts.Length == 2 && Contracts.Calendar.ParseDate(parts[0]) is not null
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var entry)
            ? (parts[0], entry)
            : throw Refusal.Field("page_token", "is not one that a page gave");
    }

    private static string MeasureOf(RevenueCategory category) => category switch
    {
        RevenueCategory.ConnectivityCorporate => NetworkMeasures.ConnectivityCorporate,
        RevenueCategory.ConnectivityHome => NetworkMeasures.ConnectivityHome,
        RevenueCategory.Outsourcing => NetworkMeasures.Outsourcing,
        RevenueCategory.Wan => NetworkMeasures.Wan,
        RevenueCategory.Unspecified => throw Refusal.Field("category", "is missing"),
        _ => throw Refusal.Field("category", "is not one of the categories"),
    };

    private static string BandOf(BandwidthBand band) => band switch
    {
        BandwidthBand.Under100Mbps => BandContracts.Under100Mbps,
        BandwidthBand._100MbpsTo1Gbps => BandContracts.From100Mbps,
        BandwidthBand._1GbpsAndOver => BandContracts.From1Gbps,
        BandwidthBand.Unspecified => throw Refusal.Field("band", "is missing"),
        _ => throw Refusal.Field("band", "is not one of the bands"),
    };

    private static BandwidthBand ToProto(string band) => band switch
    {
        BandContracts.Under100Mbps => BandwidthBand.Under100Mbps,
        BandContracts.From100Mbps => BandwidthBand._100MbpsTo1Gbps,
        BandContracts.From1Gbps => BandwidthBand._1GbpsAndOver,
        _ => throw new InvalidDataException($"\"{band}\" is not a bandwidth band"),
    };

    private static ContractChange ToProto(ContractChangeRow row) => new()
    {
        EntryNumber = row.Entry, Date = Contracts.Calendar.ParseDate(row.Day)!.Value.ToProto(), Band = ToProto(row.Band),
        Activated = row.Activated, Cancelled = row.Cancelled, Opening = row.Opening != 0,
        ReversedOn = row.ReversedOn is null ? null : Contracts.Calendar.ParseDate(row.ReversedOn)!.Value.ToProto(),
    };
}

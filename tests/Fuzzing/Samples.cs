using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Iij.Closing.V1;
using Iij.Period.V1;
using Iij.Reporting.V1;
using Enum = System.Enum;

namespace Iij.Tests.Fuzzing;

/// <summary>Builds a request that looks right, of any message, from its descriptor and the names of its fields.</summary>
public static class Samples
{
    private static int _number;

    private static readonly Dictionary<string, string> _texts = new()
    {
        ["atm_id"] = "ATM-1", ["order_id"] = "ORDER-1", ["customer_industry"] = "finance", ["reason"] = "a test",
        ["withdrawn_at"] = "2012-05-15T10:00:00+09:00", ["item"] = "total_assets", ["fiscal_year"] = "FY2012", ["period"] = "2012-04",
        ["source"] = "atm", ["incarnation"] = "none", ["line"] = "revenue.total", ["name"] = "test.line", ["definition"] = "+network.cost",
        ["list_services"] = "*", ["periods"] = "2012-04", ["lines"] = "revenue.total",
    };

    private static readonly Dictionary<string, string> _measures = new()
    {
        ["network"] = "network.cost", ["backlog"] = "backlog.cost.systems_integration", ["cloud"] = "cloud.capex", ["atm"] = "atm.cost",
        ["group"] = "group.sga",
    };

    // The numbers of entries of Seed that no other sample reverses.
    private static readonly Dictionary<string, long> _expensesInMay = new()
    {
        ["network"] = 4, ["backlog"] = 5, ["cloud"] = 4, ["atm"] = 6, ["group"] = 5,
    };

    // What a request needs beside the names of its fields so that it is valid in the seeded world.
    private static readonly Dictionary<string, Action<IMessage>> _special = new()
    {
        ["InstallAtm"] = request => Set(request, "atm_id", $"ATM-NEW-{Next()}"),
        ["RemoveAtm"] = request => Set(request, "atm_id", "ATM-2"),
        ["ReceiveOrder"] = request => Set(request, "order_id", $"ORDER-NEW-{Next()}"),
        ["CancelOrder"] = request => Set(request, "order_id", "ORDER-2"),
        ["RecordDailySettlement"] = request => Set(request, "date", new Date { Year = 2012, Month = 5, Day = 1 + Next() % 14 }),
        ["DefineBalanceItem"] = request => Set(request, "item", new Iij.Group.V1.BalanceItemDefinition
        {
            Item = $"item_{Next()}", Side = Iij.Group.V1.BalanceSide.Memo,
        }),
        ["RecordCashFlow"] = request => Set(request, "item", "dividends_paid"),
        ["AnnounceDividend"] = request => Set(request, "split_basis", Iij.Group.V1.SplitBasis.Unspecified),
        ["ClosePeriod"] = request => ((ClosePeriodRequest)request).Waivers.Clear(),
        ["LockPeriod"] = request => Set(request, "month", new Month { Year = 2012, Month_ = 4 }),
        ["UnlockPeriod"] = request => Set(request, "month", new Month { Year = 2012, Month_ = 4 }),
        ["ListRevisions"] = request => Set(request, "month", new Month { Year = 2012, Month_ = 4 }),
        ["AcceptRevision"] = request => Set(request, "month", new Month { Year = 2012, Month_ = 4 }),
        ["NoteRejection"] = request => Set(request, "month", new Month { Year = 2012, Month_ = 4 }),
        ["ListEntries"] = request =>
        {
            var list = (ListEntriesRequest)request;
            (list.Measure, list.Subject, list.Actor, list.Text, list.Revision, list.AgainstRevision) = ("", "", "", "", 0, 0);
        },
        ["AddRemark"] = request => Set(request, "thread", 0L),
        ["ListRemarkThreads"] = request =>
        {
            var list = (ListRemarkThreadsRequest)request;
            (list.Text, list.Actor, list.Edition) = ("", "", 0);
        },
        ["ListEntrySums"] = request =>
        {
            var list = (ListEntrySumsRequest)request;
            (list.Revision, list.AgainstRevision) = (0, 0);
        },
        ["ListFigureEntries"] = request =>
        {
            var list = (ListFigureEntriesRequest)request;
            (list.Line, list.Figure.Period, list.Figure.Edition) = ("atm.cost", "2012-04", 0);
        },
        ["GetChangesPreview"] = request =>
        {
            var preview = (GetChangesPreviewRequest)request;
            preview.Moves.Clear();
            (preview.Changes[0].Measure, preview.Changes[0].Month) = ("atm.cost", new Month { Year = 2012, Month_ = 4 });
        },
        ["ExplainDifference"] = request =>
        {
            var explain = (ExplainDifferenceRequest)request;
            (explain.Figure.Edition, explain.Against.Edition, explain.Path) = (0, 0, "");
        },
        ["GetView"] = request => Set(request, "edition", 0),
        ["GetLineage"] = request => Set(request, "edition", 0),
        ["RejectRevision"] = request => Set(request, "revision", 9),
        ["GetEditionPreview"] = request => Set(request, "number", 0),
        ["CompareEditions"] = request =>
        {
            Set(request, "as_reported", 0);
            Set(request, "restated", 0);
        },
        ["ListLines"] = request => Set(request, "version", 1),
        ["GetLinesPreview"] = request => Set(request, "version", 2),
        ["ApproveLines"] = request => Set(request, "version", 99),
        ["ReturnLines"] = request => Set(request, "version", 99),
        ["Check"] = request => Set(request, "service", ""),
        ["Watch"] = request =>
        {
            if (request is not WatchRequest watch)
                Set(request, "service", "");
            else
                (watch.Token, watch.View) = ("", new WatchedView { Period = "2012-04" });
        },
    };

    /// <summary>A number that no sample had before.</summary>
    public static int Next() => Interlocked.Increment(ref _number);

    /// <summary>A request of an RPC that is valid in the seeded world, each time with another request id.</summary>
    public static IMessage Of(Rpc rpc)
    {
        var request = Of(rpc.Method.InputType, rpc.Process);
        if (_special.TryGetValue(rpc.Method.Name, out var adapt))
            adapt(request);
        if (request is CreditEntryRequest credit)
            credit.EntryNumber = _expensesInMay[rpc.Process];
        return request;
    }

    /// <summary>Sets a field by its name.</summary>
    public static void Set(IMessage message, string field, object value) =>
        message.Descriptor.FindFieldByName(field).Accessor.SetValue(message, value);

    /// <summary>A message whose fields have values that look right.</summary>
    public static IMessage Of(MessageDescriptor type, string process)
    {
        if (type == Date.Descriptor)
            return new Date { Year = 2012, Month = 5, Day = 15 };
        if (type == Month.Descriptor)
            return new Month { Year = 2012, Month_ = 5 };
        if (type == Iij.Money.V1.Decimal.Descriptor)
            return new Iij.Money.V1.Decimal { Unscaled = 875, Scale = 2 };
        if (type == Timestamp.Descriptor)
            return new Timestamp { Seconds = 1_900_000_000 };
        if (type == AsOf.Descriptor)
            return new AsOf { Knowledge = 1 };
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (field.RealContainingOneof is not null && field.Name != "list_services")
                continue;
            if (field.IsRepeated)
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(Of(field, process));
            else
                field.Accessor.SetValue(message, Of(field, process));
        }

        return message;
    }

    private static object Of(FieldDescriptor field, string process) => field.FieldType switch
    {
        FieldType.Message => Of(field.MessageType, process),
        FieldType.String => Text(field, process),
        FieldType.Int64 => field.Name is "after_sequence" ? 0L : 1L,
        FieldType.Int32 => field.Name is "decimals" or "version" ? 0 : 1,
        FieldType.Bool => false,
        FieldType.Bytes => ByteString.CopyFrom(1),
        FieldType.Enum => Value(field),
        _ => throw new NotSupportedException($"{field.FullName}: no sample of {field.FieldType}"),
    };

    // The value after "unspecified"; where 0 says "every" or "the default", that.
    private static object Value(FieldDescriptor field) => Enum.ToObject(field.EnumType.ClrType, 1);

    private static string Text(FieldDescriptor field, string process) => field.Name switch
    {
        "request_id" => $"fuzzing-{Next()}",
        "measure" => _measures.GetValueOrDefault(process, "atm.cost"),
        "page_token" or "kind" or "since" => "",
        _ => _texts.GetValueOrDefault(field.Name, "text"),
    };
}

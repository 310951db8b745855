using Grpc.Core;

namespace Iij.Contracts;

// What the rules of one source's business refuse.
public sealed partial record Reason
{
    /// <summary>The ATM was never installed.</summary>
    public static Reason AtmUnknown { get; } = new("ATM_UNKNOWN", StatusCode.NotFound, "設置されたことのないATMです", "atm_id");

    /// <summary>The ATM was installed already, which it is once in its life.</summary>
    public static Reason AtmExists { get; } = Broken("ATM_EXISTS", "すでに設置されたATMです", "atm_id", "date");

    /// <summary>The ATM was removed.</summary>
    public static Reason AtmRemoved { get; } = Broken("ATM_REMOVED", "撤去されたATMです", "atm_id") with
    {
        OtherKeys = ["date"], // not of a reversal
        Way = new("Reverse the removal first.", "先に撤去を取り消してください。"),
    };

    /// <summary>The ATM has withdrawals on or after that day.</summary>
    public static Reason AtmHasWithdrawals { get; } = Broken("ATM_HAS_WITHDRAWALS", "その日以降に出金のあるATMです", "atm_id") with
    {
        OtherKeys = ["date"], // not of a reversal
        Way = new("Reverse them first.", "先に出金を取り消してください。"),
    };

    /// <summary>The ATM is not placed on that day.</summary>
    public static Reason AtmNotPlaced { get; } = Broken("ATM_NOT_PLACED", "その日には設置されていません", "atm_id", "date");

    /// <summary>A daily settlement holds that day of the ATM.</summary>
    public static Reason DaySettled { get; } = Broken("DAY_SETTLED", "その日は日次精算済みです", "atm_id", "date") with
    {
        Way = new("Reverse the settlement first.", "先に日次精算を取り消してください。"),
    };

    /// <summary>The day has single withdrawals; a day is recorded one way.</summary>
    public static Reason DayHasWithdrawals { get; } = Broken("DAY_HAS_WITHDRAWALS", "その日には個別の出金があります", "atm_id", "date");

    /// <summary>No ATM was placed by that date.</summary>
    public static Reason NothingPlacedYet { get; } = new("NOTHING_PLACED_YET", StatusCode.NotFound, "その日までに設置されたATMはありません", "date");

    /// <summary>The stock of that month is recorded already.</summary>
    public static Reason AlreadyRecorded { get; } = Broken("ALREADY_RECORDED", "その月の残高は記録済みです", "measure", "month", "entry_number") with
    {
        Way = new("Reverse the entry that is named first.", "先に示された記録を取り消してください。"),
    };

    /// <summary>That is announced already: the same item, fiscal year and day.</summary>
    public static Reason AlreadyAnnounced { get; } =
        Broken("ALREADY_ANNOUNCED", "同じ公表がすでに記録されています", "measure", "fiscal_year", "date", "entry_number") with
        {
            Way = new("Reverse the entry that is named first.", "先に示された記録を取り消してください。"),
        };

    /// <summary>The month's count is recorded already.</summary>
    public static Reason AlreadyCounted { get; } = Broken("ALREADY_COUNTED", "その月の件数は報告済みです", "month") with
    {
        OtherKeys = ["kind", "entry_number"], // where several things are counted
        Way = new("Reverse that count first.", "先にその報告を取り消してください。"),
    };

    /// <summary>The register of the balance sheet does not have the item.</summary>
    public static Reason BalanceItemUnknown { get; } = new("BALANCE_ITEM_UNKNOWN", StatusCode.NotFound, "貸借対照表にない科目です", "item")
    {
        Way = new("ListBalanceItems gives the items; define a new one with its side.", "科目はListBalanceItemsで確認し、新しい科目は区分を指定して登録してください。"),
    };

    /// <summary>The register of the balance sheet has the item already.</summary>
    public static Reason BalanceItemExists { get; } = Broken("BALANCE_ITEM_EXISTS", "すでに登録された科目です", "item", "side") with
    {
        Way = new("Use the item as it is, or define another name.", "登録済みの科目を使うか、別の名前で登録してください。"),
    };

    /// <summary>No revenue is recorded in the month.</summary>
    public static Reason NothingRecorded { get; } = new("NOTHING_RECORDED", StatusCode.NotFound, "その月の売上は記録されていません", "month");

    /// <summary>Twelve times the month's revenue exceeds int64 yen.</summary>
    public static Reason RunRateTooLarge { get; } = new("RUN_RATE_TOO_LARGE", StatusCode.OutOfRange, "年換算額が上限を超えます", "month");

    /// <summary>The number of contracts in force would be negative, at that date or a later one.</summary>
    public static Reason MoreCancelledThanInForce { get; } =
        Broken("MORE_CANCELLED_THAN_IN_FORCE", "解約数が契約数を上回ります", "band", "date", "in_force", "change");

    /// <summary>No contract was in force by that date.</summary>
    public static Reason NothingInForceYet { get; } = new("NOTHING_IN_FORCE_YET", StatusCode.NotFound, "その日までに有効な契約はありません", "date");

    /// <summary>The order was never received.</summary>
    public static Reason OrderUnknown { get; } = new("ORDER_UNKNOWN", StatusCode.NotFound, "受注のない注文番号です", "order_id");

    /// <summary>The order was received already.</summary>
    public static Reason OrderExists { get; } = Broken("ORDER_EXISTS", "すでに受注済みの注文番号です", "order_id", "date", "other_date");

    /// <summary>The date is before the order's receipt.</summary>
    public static Reason BeforeReceipt { get; } = Broken("BEFORE_RECEIPT", "受注日より前の日付です", "order_id", "date", "other_date");

    /// <summary>The order was cancelled.</summary>
    public static Reason OrderCancelled { get; } = Broken("ORDER_CANCELLED", "取消済みの注文です", "order_id", "date", "other_date") with
    {
        Way = new("Reverse the cancellation first if it was wrong.", "誤りであれば先に注文の取消を取り消してください。"),
    };

    /// <summary>The customer has accepted the construction order.</summary>
    public static Reason ConstructionAccepted { get; } = Broken("CONSTRUCTION_ACCEPTED", "検収済みの注文です", "order_id", "date", "other_date") with
    {
        Way = new("Reverse the acceptance first if it was wrong.", "誤りであれば先に検収を取り消してください。"),
    };

    /// <summary>A construction order is recognised once, in full.</summary>
    public static Reason ConstructionInPart { get; } = Broken("CONSTRUCTION_IN_PART", "構築案件は全額を一度に計上します", "order_id", "date", "left", "amount");

    /// <summary>The order has entries dated later; an acceptance or a cancellation is its last.</summary>
    public static Reason LaterEntries { get; } = Broken("LATER_ENTRIES", "後の日付の記録があります", "order_id", "date", "other_date");

    /// <summary>More than is left of the order.</summary>
    public static Reason BeyondWhatIsLeft { get; } = Broken("BEYOND_WHAT_IS_LEFT", "注文の残額を超えています", "order_id", "date", "left", "amount");

    /// <summary>The order's amount would not cover what is recognised.</summary>
    public static Reason BelowRecognised { get; } =
        Broken("BELOW_RECOGNISED", "注文の金額が計上済みの売上を下回ります", "order_id", "date", "left", "amount", "recognised");

    /// <summary>The order has other entries; its receipt is reversed last.</summary>
    public static Reason OrderHasEntries { get; } = Broken("ORDER_HAS_ENTRIES", "注文に他の記録があります", "order_id", "date", "entries") with
    {
        Way = new("Reverse them first.", "先にそれらを取り消してください。"),
    };

    private static Reason Broken(string name, string japanese, params string[] keys) =>
        new(name, StatusCode.FailedPrecondition, japanese, keys);
}

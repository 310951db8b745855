using Grpc.Core;

namespace Iij.Contracts;

// What the close of every source refuses.
public sealed partial record Reason
{
    /// <summary>The month is neither open nor reopened.</summary>
    public static Reason PeriodNotOpen { get; } = OfState("PERIOD_NOT_OPEN", "未締めでも再開中でもありません") with
    {
        Way = new("Return a prepared month, reopen a closed one.", "仮締めなら差し戻し、締め済なら再開してください。"),
        Command = "iij return SOURCE {month} --reason … where it is prepared, iij reopen SOURCE {month} --reason … where it is closed",
    };

    /// <summary>The month is not prepared.</summary>
    public static Reason PeriodNotPrepared { get; } = OfState("PERIOD_NOT_PREPARED", "仮締めされていません") with
    {
        Way = new("Prepare it first.", "先に仮締めしてください。"),
        Command = "iij prepare SOURCE {month}",
    };

    /// <summary>The month is closed already.</summary>
    public static Reason PeriodAlreadyClosed { get; } = OfState("PERIOD_ALREADY_CLOSED", "すでに締められています") with
    {
        Way = new("Reopen it with a reason to restate it.", "修正するには理由を付けて再開してください。"),
        Command = "iij reopen SOURCE {month} --reason …",
    };

    /// <summary>The month is not closed.</summary>
    public static Reason PeriodNotClosed { get; } = OfState("PERIOD_NOT_CLOSED", "締められていません") with
    {
        Way = new("Close it first.", "先に締めてください。"),
        Command = "iij prepare SOURCE {month}, then iij close SOURCE {month} by another person",
    };

    /// <summary>This or a later month is locked: the group has published it.</summary>
    public static Reason PeriodLocked { get; } = OfState("PERIOD_LOCKED", "ロックされています") with
    {
        Way = new("The group has published it; group accounting unlocks it.", "公表済みです。グループ経理がロックを解除します。"),
        Command = "iij unlock-months PERIOD --reason … where an edition locks it, iij unlock SOURCE {month} --reason … otherwise",
    };

    /// <summary>A published edition locks the month.</summary>
    public static Reason LockedByEdition { get; } =
        new("LOCKED_BY_EDITION", StatusCode.FailedPrecondition, "公表済みの版がロックしています", "month", "edition")
        {
            Way = new("Group accounting unlocks the months of the period in reporting.", "グループ経理が連結側で期間のロックを解除します。"),
            Command = "iij unlock-months PERIOD --reason …",
        };

    /// <summary>The key is another than the one the months were locked with.</summary>
    public static Reason LockKeyWrong { get; } =
        new("LOCK_KEY_WRONG", StatusCode.PermissionDenied, "ロックの鍵が一致しません", "month", "edition")
        {
            Way = new("Reporting, which locked the months, releases them.", "ロックした連結側だけが解除できます。"),
            Command = "iij unlock-months PERIOD --reason …",
        };

    /// <summary>A source has events that reporting has not received.</summary>
    public static Reason SourceAhead { get; } =
        new("SOURCE_AHEAD", StatusCode.FailedPrecondition, "未受領のイベントがあります", "source", "sequence")
        {
            Way = new("Wait until the events are received, look at what they change, and prepare the edition again if figures differ.",
                "イベントの受領を待ち、変更内容を確認し、数値が変わる場合は版を準備し直してください。"),
            Command = "iij fill-gaps requests them; then iij sign-off PERIOD",
        };

    /// <summary>The month is not locked.</summary>
    public static Reason PeriodNotLocked { get; } = OfState("PERIOD_NOT_LOCKED", "ロックされていません") with
    {
        Command = "iij periods SOURCE shows the state of its months",
    };

    /// <summary>An earlier month was reopened and has not closed again.</summary>
    public static Reason PeriodImpacted { get; } = OfState("PERIOD_IMPACTED", "前月以前の再開の影響を受けています") with
    {
        Way = new("Close the earlier month that was reopened.", "再開された前月以前の月を先に締めてください。"),
        Command = "close the earlier month that was reopened; iij periods SOURCE shows it",
    };

    /// <summary>Months close in order: another one is closed first.</summary>
    public static Reason PeriodOrder { get; } =
        new("PERIOD_ORDER", StatusCode.FailedPrecondition, "この月はまだ締められません", "month", "close_first")
        {
            Way = new("Close the earlier month first.", "先に前の月を締めてください。"),
            Command = "close {close_first} first: iij prepare SOURCE {close_first}",
        };

    /// <summary>The person who prepared a month cannot close it, and one who prepared an edition or a version of the lines cannot approve it.</summary>
    public static Reason SamePerson { get; } =
        new("SAME_PERSON", StatusCode.PermissionDenied, "準備した本人は締めも承認もできません", "prepared_by")
        {
            OtherKeys = ["month", "period", "version"], // of a close, of an edition, of the lines model
            Way = new("Let another person close or approve it.", "別の人が締めるか承認してください。"),
            Command = "let another person do it (--actor)",
        };

    /// <summary>The validations find errors; each finding's code is a key with its message.</summary>
    public static Reason ValidationFailed { get; } = new("VALIDATION_FAILED", StatusCode.FailedPrecondition, "検証エラーがあります", "month")
    {
        OtherKeys = [.. FindingCode.All.Where(code => code.Severity == Iij.Closing.V1.Severity.Error).Select(code => code.Name)],
        Way = new("Correct the causes of the findings, then prepare again.", "検証結果を修正してから再度仮締めしてください。"),
        Command = "iij trial SOURCE {month} lists the findings",
    };

    /// <summary>A measure that a month must have is not stated.</summary>
    public static Reason MeasureNotStated { get; } =
        new("MEASURE_NOT_STATED", StatusCode.FailedPrecondition, "必須の数値が報告されていません", "month", "measures", "more")
        {
            Way = new("Record it, 0 where it is zero, or waive it with a reason.", "ゼロの場合も0を記録するか、理由を付けて省略してください。"),
            Command = "iij return SOURCE {month} --reason … and record it, or iij close SOURCE {month} --waive MEASURE=REASON",
        };

    /// <summary>A waiver is of a measure that the month states.</summary>
    public static Reason MeasureStated { get; } =
        new("MEASURE_STATED", StatusCode.FailedPrecondition, "報告済みの数値は省略の対象になりません", "month", "measure")
        {
            Way = new("Close it without that waiver.", "その省略を外して締めてください。"),
            Command = "omit --waive of {measure}",
        };

    /// <summary>The month takes no entries.</summary>
    public static Reason PeriodClosed { get; } =
        new("PERIOD_CLOSED", StatusCode.FailedPrecondition, "この月には記録できません", "month", "state", "next_open_month")
        {
            Way = new("Date it in the next open month, or have the month reopened.", "次の未締め月の日付で記録するか、月を再開してください。"),
        };

    /// <summary>The date is before the first month that was ever closed.</summary>
    public static Reason BeforeTheBooks { get; } =
        new("BEFORE_THE_BOOKS", StatusCode.FailedPrecondition, "帳簿の開始より前の日付です", "month", "first_month")
        {
            Way = new("Only opening stock is dated there.", "その日付で記録できるのは移行残高だけです。"),
        };

    /// <summary>A running total would exceed its range.</summary>
    public static Reason TotalTooLarge { get; } = new("TOTAL_TOO_LARGE", StatusCode.OutOfRange, "累計が上限を超えます")
    {
        Way = new("Look for amounts in a wrong unit and reverse them.", "単位の誤った金額を探して取り消してください。"),
    };

    /// <summary>There is no entry of that number.</summary>
    public static Reason EntryUnknown { get; } = new("ENTRY_UNKNOWN", StatusCode.NotFound, "その番号の記録はありません", "entry_number")
    {
        Way = new("ListEntries gives the numbers.", "番号はListEntriesで確認してください。"),
    };

    /// <summary>The entry is a reversal, which is not reversed.</summary>
    public static Reason EntryIsReversal { get; } =
        new("ENTRY_IS_REVERSAL", StatusCode.FailedPrecondition, "取消の記録は取り消せません", "entry_number")
        {
            Way = new("Record the original again instead.", "元の内容を改めて記録してください。"),
        };

    /// <summary>The entry is reversed already.</summary>
    public static Reason EntryReversed { get; } =
        new("ENTRY_REVERSED", StatusCode.FailedPrecondition, "すでに取り消されています", "entry_number");

    /// <summary>Credit notes of the entry stand.</summary>
    public static Reason EntryCredited { get; } =
        new("ENTRY_CREDITED", StatusCode.FailedPrecondition, "この記録には値引が計上されています", "entry_number", "credited_by")
        {
            Way = new("Reverse the credit notes first, or credit what is left.", "先に値引の記録を取り消すか、残額を値引してください。"),
        };

    /// <summary>No part of the entry can be credited.</summary>
    public static Reason EntryNotCreditable { get; } =
        new("ENTRY_NOT_CREDITABLE", StatusCode.FailedPrecondition, "この記録は値引の対象になりません", "entry_number", "kind")
        {
            Way = new("Only flows of yen are credited; reverse or amend other entries.", "値引できるのは円の発生額だけです。ほかの記録は取消または変更してください。"),
        };

    /// <summary>A credit note is more than is left of the entry.</summary>
    public static Reason CreditBeyondLeft { get; } =
        new("CREDIT_BEYOND_LEFT", StatusCode.FailedPrecondition, "値引が残額を超えています", "entry_number", "left", "amount")
        {
            Way = new("Credit at most what is left, or credit another entry for the rest.", "残額以下で値引し、残りは別の記録から値引してください。"),
        };

    /// <summary>The incarnation is not the one that stands.</summary>
    public static Reason IncarnationEnded { get; } =
        new("INCARNATION_ENDED", StatusCode.FailedPrecondition, "現在のインカーネーションではありません", "incarnation")
        {
            Way = new("Name the present incarnation, which is in the metadata.", "メタデータにある現在のものを指定してください。"),
            Command = "omit --incarnation: the present one is used",
        };

    /// <summary>This database knows the event that the witness names: it is not an older copy.</summary>
    public static Reason WitnessKnown { get; } =
        new("WITNESS_KNOWN", StatusCode.FailedPrecondition, "復元された古い複製ではありません", "sequence");

    /// <summary>The witness is not an event of this incarnation that this source signed.</summary>
    public static Reason WitnessNotSigned { get; } =
        new("WITNESS_NOT_SIGNED", StatusCode.InvalidArgument, "証拠のイベントに本サービスの署名がありません", "sequence");

    private static Reason OfState(string name, string japanese) =>
        new(name, StatusCode.FailedPrecondition, japanese, "month", "state", "revision");
}

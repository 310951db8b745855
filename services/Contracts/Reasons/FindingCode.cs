using Iij.Closing.V1;

namespace Iij.Contracts;

/// <summary>What validations and the audit find. A finding is made of a member of this catalogue, so that every code has one weight.</summary>
public sealed record FindingCode : Code
{
    private FindingCode(string name, Severity severity, string japanese)
        : base(name, japanese) => Severity = severity;

    /// <summary>Every code, by name.</summary>
    public static IReadOnlyList<FindingCode> All => Catalogue<FindingCode>();

    /// <summary>Whether it stands in the way of a close.</summary>
    public Severity Severity { get; }

    /// <summary>A finding of this code, with its weight.</summary>
    public Finding Found(string message) => new() { Severity = Severity, Code = Name, Message = message };

    /// <summary>A measure that a month must have is not stated.</summary>
    public static FindingCode MeasureNotStated { get; } = new("MEASURE_NOT_STATED", Severity.Waivable, "必須の数値が報告されていません");

    /// <summary>ATMs are placed but nothing was withdrawn in the month.</summary>
    public static FindingCode WithdrawalsAbsent { get; } = new("WITHDRAWALS_ABSENT", Severity.Warning, "出金が記録されていません");

    /// <summary>The number of placed ATMs would be negative.</summary>
    public static FindingCode PlacedNegative { get; } = new("PLACED_NEGATIVE", Severity.Error, "設置台数がマイナスです");

    /// <summary>More was reversed or credited than recorded in the month.</summary>
    public static FindingCode FlowNegative { get; } = new("FLOW_NEGATIVE", Severity.Warning, "取消と値引が計上を上回っています");

    /// <summary>The number of contracts in force would be negative.</summary>
    public static FindingCode ContractsNegative { get; } = new("CONTRACTS_NEGATIVE", Severity.Error, "契約数がマイナスです");

    /// <summary>Assets differ from liabilities, equity and non-controlling interests.</summary>
    public static FindingCode BalanceUnequal { get; } = new("BALANCE_UNEQUAL", Severity.Error, "貸借が一致しません");

    /// <summary>Items of a balance sheet whose other half is stated by totals alone do not prove that the two are equal.</summary>
    public static FindingCode BalanceIncomplete { get; } = new("BALANCE_INCOMPLETE", Severity.Warning, "内訳だけでは貸借の一致を確認できません");

    /// <summary>The backlog would close below zero.</summary>
    public static FindingCode NegativeBacklog { get; } = new("NEGATIVE_BACKLOG", Severity.Error, "受注残高がマイナスです");

    /// <summary>The closing backlog differs from the sum of its roll-forward.</summary>
    public static FindingCode RollForwardDiffers { get; } = new("ROLL_FORWARD_DIFFERS", Severity.Error, "受注残高の増減が一致しません");

    /// <summary>The month opens with another backlog than the month before closed with.</summary>
    public static FindingCode OpeningDiffers { get; } = new("OPENING_DIFFERS", Severity.Error, "期首残高が前月末残高と一致しません");

    /// <summary>The control total differs from the recorded total.</summary>
    public static FindingCode ControlTotalDiffers { get; } = new("CONTROL_TOTAL_DIFFERS", Severity.Error, "統制合計と一致しません");

    /// <summary>A running total differs from the sum of its entries.</summary>
    public static FindingCode TotalDiffers { get; } = new("TOTAL_DIFFERS", Severity.Error, "累計が記録の合計と一致しません");

    /// <summary>A revision has no statement.</summary>
    public static FindingCode StatementAbsent { get; } = new("STATEMENT_ABSENT", Severity.Error, "計算書がありません");

    /// <summary>A statement's body does not have its digest.</summary>
    public static FindingCode StatementAltered { get; } = new("STATEMENT_ALTERED", Severity.Error, "計算書が改変されています");

    /// <summary>A statement does not follow from the running totals.</summary>
    public static FindingCode StatementDiffers { get; } = new("STATEMENT_DIFFERS", Severity.Error, "計算書が累計と一致しません");

    /// <summary>A period differs from published editions of the same months.</summary>
    public static FindingCode OverlapDiffers { get; } = new("OVERLAP_DIFFERS", Severity.Warning, "公表済みの重なる期間と一致しません");

    /// <summary>A month of the period has a later revision that the group rejected.</summary>
    public static FindingCode RevisionRejected { get; } = new("REVISION_REJECTED", Severity.Warning, "却下された改訂版は含まれていません");

    /// <summary>A fiscal year differs from the target announced last by more than its threshold.</summary>
    public static FindingCode TargetDeviates { get; } = new("TARGET_DEVIATES", Severity.Warning, "業績予想との乖離が開示基準に達しています");
}

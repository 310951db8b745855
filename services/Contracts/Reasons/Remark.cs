namespace Iij.Contracts;

/// <summary>A remark in an answer that is not a refusal: on a dead-lettered message, or on a figure.</summary>
public sealed record Remark : Code
{
    private Remark(string name, string japanese)
        : base(name, japanese)
    {
    }

    /// <summary>Every remark, by name.</summary>
    public static IReadOnlyList<Remark> All => Catalogue<Remark>();

    /// <summary>A message was dead-lettered: it contradicts a stored fact.</summary>
    public static Remark ContradictsFact { get; } = new("CONTRADICTS_FACT", "受領済みの事実と矛盾するため保留しました");

    /// <summary>A message was dead-lettered: it is not an event that this version can read.</summary>
    public static Remark Unreadable { get; } = new("UNREADABLE", "読み取れないイベントのため保留しました");

    /// <summary>A message was dead-lettered: the broker delivered it as often as its limit allows.</summary>
    public static Remark Undeliverable { get; } = new("UNDELIVERABLE", "配信回数の上限に達したため保留しました");

    /// <summary>A message was dead-lettered: it names a source and has no signature of it.</summary>
    public static Remark SignatureMissing { get; } = new("SIGNATURE_MISSING", "署名がないため保留しました");

    /// <summary>A message was dead-lettered: its content is not what the source signed.</summary>
    public static Remark SignatureWrong { get; } = new("SIGNATURE_WRONG", "署名が内容と一致しないため保留しました");

    /// <summary>A message was dead-lettered: the key that signed it is not a known key of the source.</summary>
    public static Remark SigningKeyUnknown { get; } = new("SIGNING_KEY_UNKNOWN", "署名鍵が登録されていないため保留しました");

    /// <summary>A message was dead-lettered: the broker's user that sent it is not the source that it names.</summary>
    public static Remark SenderWrong { get; } = new("SENDER_WRONG", "送信者が発行元と異なるため保留しました");

    /// <summary>The percentage is not meaningful: its base is zero or negative.</summary>
    public static Remark BaseNotPositive { get; } = new("BASE_NOT_POSITIVE", "基準がゼロ以下のため率は算定できません");

    /// <summary>Two amounts per share cannot be added: they have different split bases.</summary>
    public static Remark MixedSplitBasis { get; } = new("MIXED_SPLIT_BASIS", "株式分割の前後にまたがる金額は合計できません");

    /// <summary>The amount is below zero although it sums amounts of zero or more: reversals and credit notes exceed what was recorded.</summary>
    public static Remark NegativeAmount { get; } = new("NEGATIVE_AMOUNT", "取消と値引が計上を上回り、マイナスになっています");
}

namespace Iij.Contracts;

/// <summary>Why something stands aside in an answer that is no refusal: a message that is no fact, a figure that has no value.</summary>
public sealed record Remark : Code
{
    private Remark(string name, string japanese)
        : base(name, japanese)
    {
    }

    /// <summary>Every remark, by name.</summary>
    public static IReadOnlyList<Remark> All => Catalogue<Remark>();

    /// <summary>A message was put aside: it contradicts a fact that is held.</summary>
    public static Remark ContradictsFact { get; } = new("CONTRADICTS_FACT", "受領済みの事実と矛盾するため保留しました");

    /// <summary>A message was put aside: it is no event that this version knows.</summary>
    public static Remark Unreadable { get; } = new("UNREADABLE", "読み取れないイベントのため保留しました");

    /// <summary>A message was put aside: the broker delivered it as often as it may, and it was never taken.</summary>
    public static Remark Undeliverable { get; } = new("UNDELIVERABLE", "配信回数の上限に達したため保留しました");

    /// <summary>A percentage means nothing: what it is taken over is zero or below.</summary>
    public static Remark BaseNotPositive { get; } = new("BASE_NOT_POSITIVE", "基準がゼロ以下のため率は算定できません");

    /// <summary>Two amounts per share cannot be added: they were printed on different sides of a split.</summary>
    public static Remark MixedSplitBasis { get; } = new("MIXED_SPLIT_BASIS", "株式分割の前後にまたがる金額は合計できません");
}

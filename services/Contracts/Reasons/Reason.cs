using Grpc.Core;

namespace Iij.Contracts;

/// <summary>
/// Why a call is refused. A refusal is made of a member of this catalogue and of nothing else, so that every reason has one status
/// and one set of metadata keys, wherever it is refused.
/// </summary>
public sealed partial record Reason : Code
{
    private static readonly Lazy<IReadOnlyList<Reason>> _all = new(Catalogue<Reason>); // when first asked: the members are made by then

    private Reason(string name, StatusCode status, string japanese, params string[] keys)
        : base(name, japanese) => (Status, Keys) = (status, keys);

    /// <summary>Every reason, by name.</summary>
    public static IEnumerable<Reason> All => _all.Value;

    /// <summary>The gRPC status it is refused with.</summary>
    public StatusCode Status { get; }

    /// <summary>The metadata that every refusal of it has.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>The metadata that a refusal of it may have besides.</summary>
    public IReadOnlyList<string> OtherKeys { get; private init; } = [];

    /// <summary>The way out for a person; null where the meaning states it already.</summary>
    public Advice? Way { get; private init; }

    /// <summary>
    /// The same at the command line, or null: {month} stands for the refusal's metadata, SOURCE, MONTH and PERIOD for what was given.
    /// </summary>
    public string? Command { get; private init; }

    /// <summary>The reason of that name, or null: another version of a service may know more of them.</summary>
    public static Reason? Find(string name) => All.FirstOrDefault(reason => reason.Name == name);

    /// <summary>Whether a refusal of it may have this metadata.</summary>
    public bool Fits(IEnumerable<string> keys)
    {
        var given = keys.ToHashSet();
        return given.IsSupersetOf(Keys) && given.IsSubsetOf(Keys.Concat(OtherKeys));
    }
}

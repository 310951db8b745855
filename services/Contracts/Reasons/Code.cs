using System.Reflection;

namespace Iij.Contracts;

/// <summary>
/// A stable upper-case code for programs. The catalogue of these words is the static members of the three kinds:
/// <see cref="Reason"/>, <see cref="FindingCode"/> and <see cref="Remark"/>. What a word means in English is the summary of its member;
/// docs/errors.md and the page's src/reasons.json are made from all of it.
/// </summary>
/// <param name="Name">The word as it is on the wire.</param>
/// <param name="Japanese">What it means in Japanese.</param>
public abstract record Code(string Name, string Japanese)
{
    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    /// <summary>Every word of a kind, by name.</summary>
    protected static IReadOnlyList<T> Catalogue<T>()
        where T : Code => typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(member => member.PropertyType == typeof(T))
            .Select(member => (T)member.GetValue(null)!)
            .OrderBy(code => code.Name, StringComparer.Ordinal)
            .ToList();
}

/// <summary>The way out for a person, in English and Japanese.</summary>
/// <param name="English">A sentence.</param>
/// <param name="Japanese">The same.</param>
public sealed record Advice(string English, string Japanese);

using System.Text.RegularExpressions;

namespace Iij.Cli;

/// <summary>The contract's choices in the words of a command line: JpyMillion is jpy-million.</summary>
internal static partial class EnumWords
{
    /// <summary>A choice as a person writes it.</summary>
    public static string Word<T>(T value) where T : struct, Enum => Inner().Replace(value.ToString(), "-").ToLowerInvariant();

    /// <summary>A choice as a table shows it: "not received".</summary>
    public static string Text<T>(T value) where T : struct, Enum => Word(value).Replace('-', ' ');

    /// <summary>Every choice but the unspecified one, in the contract's order.</summary>
    public static IReadOnlyList<T> All<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Where(value => Convert.ToInt32(value) != 0)];

    /// <summary>The choice a word names, or null.</summary>
    public static T? Find<T>(string word) where T : struct, Enum =>
        All<T>().Where(value => Word(value) == word).Select(value => (T?)value).FirstOrDefault();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Inner();
}

using Google.Protobuf;

namespace Iij.Cli;

/// <summary>Lists that come in pages, followed to their end.</summary>
internal static class Pages
{
    /// <summary>As many as a page takes.</summary>
    public const int Size = 1_000;

    /// <summary>All pages as one answer without a next page.</summary>
    /// <param name="ask">Asks for the page of a token; the first has an empty one.</param>
    /// <param name="next">The token of the page after.</param>
    /// <param name="end">Clears the token.</param>
    public static async Task<T> FollowAsync<T>(Func<string, Task<T>> ask, Func<T, string> next, Action<T> end) where T : IMessage<T>
    {
        var all = await ask("");
        for (var token = next(all); token.Length > 0;)
        {
            var page = await ask(token);
            token = next(page);
            all.MergeFrom(page);
        }

        end(all);
        return all;
    }
}

using System.CommandLine;
using Iij.Client;

namespace Iij.Cli;

/// <summary>Who acts.</summary>
internal static class Actor
{
    /// <summary>The environment variable with the token of the acting person, where the services ask for one.</summary>
    public const string TokenVariable = "IIJ_TOKEN";

    /// <summary>The environment variable that names the acting person.</summary>
    public const string Variable = "IIJ_ACTOR";

    /// <summary>The token; empty without one. It says who acts by itself.</summary>
    public static string Token => Environment.GetEnvironmentVariable(TokenVariable) ?? "";

    /// <summary>The login name, for reads; empty where it is none that a header takes.</summary>
    public static string Login => ActorMetadata.IsName(Environment.UserName) ? Environment.UserName : "";

    /// <summary>The person named by the option or the environment, or null.</summary>
    public static string? Given(ParseResult given)
    {
        var named = given.GetValue(Shared.Actor) ?? Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(named) ? null : Checked(named);
    }

    /// <summary>The named person, or the answer to a prompt; throws <see cref="UsageException"/> without a terminal.</summary>
    public static string Require(ParseResult given)
    {
        if (Given(given) is { } named)
            return named;
        if (Token.Length > 0)
            return "";
        if (Console.IsInputRedirected)
            throw new UsageException($"a write says who acts: give --actor NAME or set {Variable} (or {TokenVariable})");
        Console.Error.Write($"Who acts? (--actor or {Variable} saves the question) ");
        return Checked((Console.ReadLine() ?? "").Trim());
    }

    private static string Checked(string name) => ActorMetadata.IsName(name)
        ? name
        : throw new UsageException($"who acts is 1 to {ActorMetadata.LengthMax} printable ASCII characters (--actor or {Variable})");
}

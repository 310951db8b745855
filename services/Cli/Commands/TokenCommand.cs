namespace Iij.Cli.Commands;

/// <summary>A token for other programs.</summary>
internal static class TokenCommand
{
    /// <summary>iij token.</summary>
    public static CliCommand Create() => new CliCommand("token",
        "Print a token of the acting person from the issuer of ./run, for programs such as curl and grpcurl.",
        "iij token --actor alice", "curl -H \"authorization: Bearer $(iij token --actor alice)\" http://127.0.0.1:5107/api/v1/session")
        .Runs(async session => Console.Out.WriteLine(await session.TokenAsync()));
}

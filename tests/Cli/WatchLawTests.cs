using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Iij.Reporting.V1;

namespace Iij.Tests.Cli;

/// <summary>A service that breaks its word: iij watch finds out by the digest, says so, and begins anew.</summary>
public sealed class WatchLawTests : IDisposable
{
    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"; // SHA-256 of nothing
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-watch-").FullName;

    [Fact]
    public async Task A_gap_is_found_by_the_digest_and_everything_is_forgotten()
    {
        var forgetful = new Forgetful();
        await using var app = await FakeService.StartAsync(forgetful);
        var file = Path.Combine(_folder, "endpoints.json");
        await File.WriteAllTextAsync(file, $"{{\"reporting\": \"{app.Urls.Single()}\"}}");
        using var watch = new Iij(file).Start("watch", "--events", "--json", "--changes", "1");
        Assert.Equal(0, await watch.EndsAsync());
        Assert.Equal(["", "", "kept"], forgetful.Tokens);
        var kinds = watch.Output.Select(line => JsonParser.Default.Parse<WatchResponse>(line).Kind);
        Assert.Equal([WatchKind.EndOfSnapshot, WatchKind.Reset, WatchKind.EndOfSnapshot, WatchKind.Change], kinds);
        var anew = "starting again: the state differs from the digest of the service";
        Assert.Contains(watch.Errors, line => line.EndsWith(anew, StringComparison.Ordinal));
        Assert.Contains(watch.Errors, line => line.Contains("the connection is lost (the service ended the stream)", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The first time it forgets a change, the second it ends the stream, the third it does as it should.</summary>
    private sealed class Forgetful : FeedService.FeedServiceBase
    {
        private readonly ConcurrentQueue<string> _tokens = [];

        public IReadOnlyList<string> Tokens => [.. _tokens];

        public override async Task Watch(WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context)
        {
            _tokens.Enqueue(request.Token);
            if (request.Token.Length == 0)
                await responseStream.WriteAsync(new() { Kind = WatchKind.EndOfSnapshot, Token = "kept", Knowledge = 1, Digest = Empty });
            if (_tokens.Count == 1)
                await responseStream.WriteAsync(new() { Kind = WatchKind.Bookmark, Token = "lost", Knowledge = 3, Digest = new string('0', 64) });
            if (_tokens.Count == 3)
                await responseStream.WriteAsync(Change());
        }

        // SHA-256 of "1\nfirst\n".
        private static WatchResponse Change() => new()
        {
            Kind = WatchKind.Change, Token = "next", Knowledge = 2, Items = { new WatchItem { Key = "1", Etag = "first" } },
            Digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("1\nfirst\n"u8)),
        };
    }
}

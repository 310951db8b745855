using System.CommandLine;
using Grpc.Core;
using Grpc.Net.Client;
using Iij.Cli.Exporting;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Reporting.V1;

namespace Iij.Cli;

/// <summary>A running command: its options, its output, the acting person, and the services that it calls.</summary>
internal sealed class Session(ParseResult given, CancellationToken cancel) : IDisposable
{
    private const int AttemptsMax = 5;
    private static readonly TimeSpan _firstWait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _waitMax = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, GrpcChannel> _channels = [];
    private Endpoints? _endpoints;
    private NameTokens? _tokens;

    /// <summary>Standard output and error.</summary>
    public Output Output { get; } = new(given.GetValue(Shared.Json), ExportOf(given));

    /// <summary>The options of a read: with the login name where no person is named.</summary>
    public CallOptions Reading => Calling(Actor.Given(given) ?? (Actor.Token.Length > 0 ? "" : Actor.Login));

    /// <summary>The user ends the command.</summary>
    public CancellationToken Stop => cancel;

    /// <summary>The value of an option or null.</summary>
    public T? Get<T>(Option<T> option) => given.GetValue(option);

    /// <summary>The value of an argument.</summary>
    public T Get<T>(Argument<T> argument) => given.GetRequiredValue(argument);

    /// <summary>Whether an option stands on the command line.</summary>
    public bool Has(Option option) => given.GetResult(option) is { Implicit: false };

    /// <summary>The consolidation.</summary>
    public async Task<ReportingService.ReportingServiceClient> ReportingAsync() => new(await ChannelAsync(Endpoints.Reporting));

    /// <summary>The remarks at reporting.</summary>
    public async Task<RemarkService.RemarkServiceClient> RemarkingAsync() => new(await ChannelAsync(Endpoints.Reporting));

    /// <summary>The stream of reporting.</summary>
    public async Task<FeedService.FeedServiceClient> WatchingAsync() => new(await ChannelAsync(Endpoints.Reporting));

    /// <summary>The close of one source.</summary>
    public async Task<ClosingService.ClosingServiceClient> ClosingAsync(string source) => new(await ChannelAsync(source));

    /// <summary>
    /// A write: names the acting person, and repeats the request id a few times while the service is unavailable; it has one effect.
    /// </summary>
    /// <param name="service">The service's name.</param>
    /// <param name="call">Sends the write under a request id.</param>
    public async Task<T> WriteAsync<T>(string service, Func<string, CallOptions, AsyncUnaryCall<T>> call)
    {
        var actor = Actor.Require(given);
        var id = given.GetValue(Shared.RequestId) is { Length: > 0 } named ? named : Guid.NewGuid().ToString();
        Output.Note($"{(actor.Length > 0 ? actor : $"the person of {Actor.TokenVariable}")} acts, request id {id}");
        try
        {
            return await new CallRetry(_firstWait, _waitMax, TimeProvider.System, SendsAgain)
                .CallAsync(service, async () => await call(id, Calling(actor)), cancel);
        }
        catch (RpcException away) when (CallRetry.IsAway(away, cancel))
        {
            throw new UnreachableException($"{service} does not answer ({away.Status.Detail}) and may have done it or not. "
                + $"Way out: repeat the command with --request-id {id}, which happens once");
        }
    }

    /// <summary>A token of the acting person; throws where the services have no issuer of their own.</summary>
    public async Task<string> TokenAsync()
    {
        await ChannelAsync(Endpoints.Reporting);
        if (_tokens is null)
        {
            throw new UsageException($"{_endpoints!.Path} names no issuer: only that of ./run gives a token to a name. "
                + $"Get one from the issuer of these services, and set {Actor.TokenVariable}");
        }

        try
        {
            return await _tokens.OfAsync(Actor.Require(given), cancel);
        }
        catch (HttpRequestException error)
        {
            throw new UnreachableException($"the issuer {_endpoints!.Issuer} does not answer ({error.Message}). Way out: start ./run");
        }
    }

    /// <summary>Looks for the services again with the next call.</summary>
    public void ForgetAddresses()
    {
        Dispose();
        _channels.Clear();
        (_endpoints, _tokens) = (null, null);
    }

    private static Export? ExportOf(ParseResult given)
    {
        if (given.GetValue(Shared.Export) is not { } path)
            return null;
        return given.GetValue(Shared.Json)
            ? throw new UsageException("--json prints the answer, --export writes its tables: give one of them")
            : new Export(path, given.GetValue(Shared.Mark), given.GetValue(Shared.Triangles));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in _channels.Values)
            channel.Dispose();
        _tokens?.Dispose();
    }

    private bool SendsAgain(FailedCall failed)
    {
        if (failed.Times == AttemptsMax)
            return false;
        Output.Note($"{failed.Service} does not answer; the same request id is sent again ({failed.Times + 1} of {AttemptsMax})");
        return true;
    }

    private CallOptions Calling(string actor)
    {
        var metadata = ActorMetadata.Of(actor);
        if (Actor.Token.Length > 0)
            metadata.Add("authorization", $"Bearer {Actor.Token}");
        return new(metadata, cancellationToken: cancel);
    }

    private async Task<GrpcChannel> ChannelAsync(string service)
    {
        if (_endpoints is null)
        {
            _endpoints = await EndpointSearch.FindAsync(given.GetValue(Shared.EndpointsFile), service, cancel);
            _tokens = _endpoints.Issuer is { } issuer ? new NameTokens(issuer) : null;
        }

        if (!_channels.TryGetValue(service, out var channel))
            _channels[service] = channel = Channels.Open(_endpoints[service], _tokens);
        return channel;
    }
}

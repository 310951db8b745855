using System.Reflection;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Iij.Atm;
using Iij.Backlog;
using Iij.Client;
using Iij.Closing;
using Iij.Cloud;
using Iij.Group;
using Iij.Network;
using Iij.Platform;
using Iij.Tests.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Iij.Tests.Closing;

/// <summary>
/// Calls the handlers of a source without a wire. Each runs until it has handed its work to the journal before the next begins, so that the
/// journal gets the works of several calls in the order of the calls, which no wire promises.
/// </summary>
internal sealed class Handlers(string source, IServiceProvider services)
{
    private static readonly Dictionary<string, Type> _types = new()
    {
        ["atm"] = typeof(AtmGrpcService), ["backlog"] = typeof(BacklogGrpcService), ["cloud"] = typeof(CloudGrpcService),
        ["group"] = typeof(GroupGrpcService), ["network"] = typeof(NetworkGrpcService),
    };

    /// <summary>The answers to requests that are made at once, in their order.</summary>
    public Task<Answer[]> AskAsync(IEnumerable<IMessage> requests) => Task.WhenAll(requests.Select(AskAsync).ToList());

    private async Task<Answer> AskAsync(IMessage request)
    {
        var name = request.Descriptor.Name[..^"Request".Length];
        var type = new[] { typeof(ClosingGrpcService), _types[source] }.Single(each => each.GetMethod(name) is not null);
        try
        {
            var call = (Task)type.GetMethod(name)!.Invoke(ActivatorUtilities.CreateInstance(services, type), [request, new Context()])!;
            await call;
            return new Answer((IMessage)call.GetType().GetProperty("Result")!.GetValue(call)!, StatusCode.OK, null, "");
        }
        catch (Refusal refusal)
        {
            return new Answer(null, refusal.Reason.Status, new ErrorInfo { Reason = refusal.Reason.Name }, refusal.Message);
        }
        catch (TargetInvocationException error) when (error.InnerException is Refusal refusal)
        {
            return new Answer(null, refusal.Reason.Status, new ErrorInfo { Reason = refusal.Reason.Name }, refusal.Message);
        }
    }

    private sealed class Context : ServerCallContext
    {
        protected override string MethodCore => "";

        protected override string HostCore => "";

        protected override string PeerCore => "";

        protected override DateTime DeadlineCore => DateTime.MaxValue;

        protected override Metadata RequestHeadersCore { get; } = new() { { ActorMetadata.Key, "recorder" } };

        protected override CancellationToken CancellationTokenCore => CancellationToken.None;

        protected override Metadata ResponseTrailersCore { get; } = [];

        protected override Grpc.Core.Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore { get; } = new(null, []);

        protected override IDictionary<object, object> UserStateCore { get; } = new Dictionary<object, object> { ["__HttpContext"] = new DefaultHttpContext() };

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
    }
}

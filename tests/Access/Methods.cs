using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Iij.Access.V1;
using Iij.AtmOperations.V1;
using Iij.Client;
using Iij.Closing.V1;
using Iij.GioCloud.V1;
using Iij.Group.V1;
using Iij.NetworkServices.V1;
using Iij.Reporting.V1;
using Iij.SiBacklog.V1;

namespace Iij.Tests.Access;

/// <summary>Every method of every service, called with a request without a field and any token.</summary>
internal static class Methods
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _streamMax = TimeSpan.FromMilliseconds(200); // a stream that is allowed would last
    private static readonly Marshaller<byte[]> _bytes = new(bytes => bytes, bytes => bytes);

    private static readonly Dictionary<string, ServiceDescriptor> _own = new()
    {
        ["network"] = NetworkServicesService.Descriptor, ["backlog"] = SiBacklogService.Descriptor, ["cloud"] = GioCloudService.Descriptor,
        ["atm"] = AtmOperationsService.Descriptor, ["group"] = GroupService.Descriptor,
    };

    /// <summary>The methods that a process serves.</summary>
    public static IReadOnlyList<MethodDescriptor> Of(string service) => service == "reporting"
        ? [.. ReportingService.Descriptor.Methods, .. RemarkService.Descriptor.Methods, .. FeedService.Descriptor.Methods]
        : [.. ClosingService.Descriptor.Methods, .. _own[service].Methods];

    /// <summary>The roles that the proto names.</summary>
    public static IReadOnlyList<Role> RolesOf(MethodDescriptor method) => [.. method.GetOptions().GetExtension(AccessExtensions.Access).Roles];

    /// <summary>The reason of a refusal for lack of right; empty where the call passed to the method itself.</summary>
    public static async Task<string> RefusedAsync(GrpcChannel channel, MethodDescriptor method, Metadata metadata)
    {
        var type = (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (true, _) => MethodType.ClientStreaming,
            (_, true) => MethodType.ServerStreaming,
            _ => MethodType.Unary,
        };
        var call = new Method<byte[], byte[]>(type, method.Service.FullName, method.Name, _bytes, _bytes);
        var limit = type == MethodType.ServerStreaming ? _streamMax : _limit;
        var options = new CallOptions(metadata, TimeProvider.System.GetUtcNow().Add(limit).UtcDateTime);
        try
        {
            await CallAsync(channel.CreateCallInvoker(), call, options);
            return "";
        }
        catch (RpcException error)
        {
            var reason = RpcErrors.InfoOf(error)?.Reason ?? "";
            return error.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied ? $"{error.StatusCode} {reason}" : "";
        }
    }

    private static async Task CallAsync(CallInvoker invoker, Method<byte[], byte[]> method, CallOptions options)
    {
        switch (method.Type)
        {
            case MethodType.ClientStreaming:
                using (var upload = invoker.AsyncClientStreamingCall(method, null, options))
                {
                    await upload.RequestStream.CompleteAsync();
                    await upload.ResponseAsync;
                }

                break;
            case MethodType.ServerStreaming:
                // A subject is needed, so that the stream is not refused as empty.
                var watch = new WatchRequest { View = new WatchedView { Period = "FY2012" } };
                using (var stream = invoker.AsyncServerStreamingCall(method, null, options, watch.ToByteArray()))
                    await stream.ResponseStream.MoveNext(CancellationToken.None);
                break;
            default:
                using (var unary = invoker.AsyncUnaryCall(method, null, options, []))
                    await unary.ResponseAsync;
                break;
        }
    }
}

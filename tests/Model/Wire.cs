using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Servers;

namespace Iij.Tests.Model;

/// <summary>Calls any unary method over gRPC; the request's type says which one, as in the published contracts.</summary>
public static class Wire
{
    private static readonly Dictionary<string, MethodDescriptor> _methods = new[]
        {
            ClosingReflection.Descriptor, AtmOperations.V1.AtmoperationsReflection.Descriptor, Group.V1.GroupReflection.Descriptor,
            NetworkServices.V1.NetworkservicesReflection.Descriptor, GioCloud.V1.GiocloudReflection.Descriptor,
            SiBacklog.V1.SibacklogReflection.Descriptor,
        }
        .SelectMany(file => file.Services).SelectMany(service => service.Methods)
        .ToDictionary(method => method.InputType.FullName);

    public static async Task<Answer> CallAsync(CallInvoker invoker, IMessage request, string? actor)
    {
        var known = _methods[request.Descriptor.FullName];
        var method = new Method<IMessage, IMessage>(
            MethodType.Unary, known.Service.FullName, known.Name, Marshaller(known.InputType), Marshaller(known.OutputType));
        var headers = new Metadata();
        if (actor is not null)
            headers.Add(ActorMetadata.Key, actor);
        try
        {
            var response = await invoker.AsyncUnaryCall(method, null, new CallOptions(headers), request).ResponseAsync;
            return new(response, StatusCode.OK, null, "");
        }
        catch (RpcException error)
        {
            var info = RpcErrors.InfoOf(error);
            if (info is not null)
                RequireAgreed(known, error.StatusCode, info);
            return new(null, error.StatusCode, info, error.Status.Detail);
        }
    }

    // Whatever the law in test is about: what is refused is refused as the catalogue and the contract's comment say.
    private static void RequireAgreed(MethodDescriptor method, StatusCode status, ErrorInfo info)
    {
        Assert.Empty(ListedReasons.Faults(method.Service.FullName, method.Name, info.Reason));
        var reason = Reason.Find(info.Reason)!;
        Assert.Equal(reason.Status, status);
        Assert.True(reason.Fits(info.Metadata.Keys), $"{reason} with {string.Join(", ", info.Metadata.Keys)}");
    }

    /// <summary>The same request under another id.</summary>
    public static IMessage WithId(IMessage request, string id) => With(request, "request_id", id);

    /// <summary>The same request with another value of a field.</summary>
    public static IMessage With(IMessage request, string field, object value)
    {
        var copy = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        copy.Descriptor.FindFieldByName(field).Accessor.SetValue(copy, value);
        return copy;
    }

    private static Marshaller<IMessage> Marshaller(MessageDescriptor type) =>
        Marshallers.Create<IMessage>(message => message.ToByteArray(), bytes => type.Parser.ParseFrom(bytes));
}

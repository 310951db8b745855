using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Routing;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Iij.Platform;

/// <summary>
/// grpc.reflection.v1, so that any standard tool can list and call what this process serves. Hand-written because the feed lacks
/// Grpc.AspNetCore.Server.Reflection, which replaces it.
/// </summary>
public sealed class ReflectionService(EndpointDataSource endpoints) : ServerReflection.ServerReflectionBase
{
    private readonly Lazy<IReadOnlyList<ServiceDescriptor>> _services = new(() => Served(endpoints));

    /// <inheritdoc/>
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var response = Answer(requestStream.Current);
            (response.ValidHost, response.OriginalRequest) = (requestStream.Current.Host, requestStream.Current);
            await responseStream.WriteAsync(response);
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        ServerReflectionRequest.MessageRequestOneofCase.ListServices => List(),
        ServerReflectionRequest.MessageRequestOneofCase.FileByFilename =>
            File(Files().FirstOrDefault(file => file.Name == request.FileByFilename)),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol =>
            File(Files().FirstOrDefault(file => Symbols(file).Contains(request.FileContainingSymbol))),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension =>
            File(Files().FirstOrDefault(file => Extensions(file, request.FileContainingExtension.ContainingType)
                .Contains(request.FileContainingExtension.ExtensionNumber))),
        ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType => Numbers(request.AllExtensionNumbersOfType),
        _ => Error(StatusCode.InvalidArgument, "the request asks for nothing"),
    };

    private ServerReflectionResponse List()
    {
        var list = new ListServiceResponse();
        list.Service.AddRange(_services.Value.Select(service => new ServiceResponse { Name = service.FullName }));
        return new ServerReflectionResponse { ListServicesResponse = list };
    }

    private ServerReflectionResponse Numbers(string type)
    {
        var numbers = new ExtensionNumberResponse { BaseTypeName = type };
        numbers.ExtensionNumber.AddRange(Files().SelectMany(file => Extensions(file, type)).Distinct());
        return new ServerReflectionResponse { AllExtensionNumbersResponse = numbers };
    }

    private static ServerReflectionResponse File(FileDescriptor? file)
    {
        if (file is null)
            return Error(StatusCode.NotFound, "no file of this process has it");
        var response = new FileDescriptorResponse();
        // The file with everything it imports, so that a client needs one round trip.
        response.FileDescriptorProto.AddRange(WithDependencies(file).Select(known => known.SerializedData));
        return new ServerReflectionResponse { FileDescriptorResponse = response };
    }

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };

    private IEnumerable<FileDescriptor> Files() => _services.Value.SelectMany(service => WithDependencies(service.File)).Distinct();

    private static IEnumerable<FileDescriptor> WithDependencies(FileDescriptor file) =>
        file.Dependencies.SelectMany(WithDependencies).Prepend(file).Distinct();

    private static IEnumerable<int> Extensions(FileDescriptor file, string type) =>
        file.Extensions.UnorderedExtensions.Where(e => e.ExtendeeType.FullName == type).Select(e => e.FieldNumber);

    private static HashSet<string> Symbols(FileDescriptor file)
    {
        var names = new HashSet<string>(file.MessageTypes.SelectMany(Names));
        names.UnionWith(file.EnumTypes.Select(type => type.FullName));
        names.UnionWith(file.Services.Select(service => service.FullName));
        names.UnionWith(file.Services.SelectMany(service => service.Methods).Select(method => method.FullName));
        names.UnionWith(file.Extensions.UnorderedExtensions.Select(extension => extension.FullName));
        return names;
    }

    private static IEnumerable<string> Names(MessageDescriptor message) =>
        message.NestedTypes.SelectMany(Names)
            .Concat(message.EnumTypes.Select(type => type.FullName))
            .Concat(message.Fields.InDeclarationOrder().Select(field => field.FullName))
            .Prepend(message.FullName);

    private static IReadOnlyList<ServiceDescriptor> Served(EndpointDataSource endpoints) => endpoints.Endpoints
        .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
        .OfType<Type>()
        .Distinct()
        .Select(DescriptorOf)
        .OfType<ServiceDescriptor>()
        .OrderBy(service => service.FullName, StringComparer.Ordinal)
        .ToList();

    // The generated base class is nested in the class that carries the descriptor; a service bound by hand carries it itself.
    private static ServiceDescriptor? DescriptorOf(Type service)
    {
        if (service.GetProperty("Descriptor")?.GetValue(null) is ServiceDescriptor own)
            return own;
        var generated = service;
        while (generated is { DeclaringType: null })
            generated = generated.BaseType;
        return generated?.DeclaringType?.GetProperty("Descriptor")?.GetValue(null) as ServiceDescriptor;
    }
}

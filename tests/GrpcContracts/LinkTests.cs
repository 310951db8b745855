using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Xunit.Abstractions;

namespace Iij.Tests.GrpcContracts;

/// <summary>The real client and server, unmodified, find everything they were compiled against.</summary>
public sealed class LinkTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(typeof(GrpcServiceOptions))]
    [InlineData(typeof(GrpcChannel))]
    public void Every_type_loads_and_every_reference_resolves(Type inAssembly)
    {
        ArgumentNullException.ThrowIfNull(inAssembly);
        var assembly = inAssembly.Assembly;
        var types = assembly.GetTypes();
        // An open generic resolves under arguments that satisfy its constraints: object does, or the parameters of the type it stands in.
        Type[][] arguments = [[.. Enumerable.Repeat(typeof(object), 8)],
            .. types.Where(type => type.IsGenericTypeDefinition).Select(type => type.GetGenericArguments())];
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var members = metadata.MemberReferences.Select(handle => MetadataTokens.GetToken(handle)).ToList();
        var unresolved = metadata.TypeReferences.Select(handle => MetadataTokens.GetToken(handle)).Concat(members)
            .Where(token => !arguments.Any(given => Failure(assembly.ManifestModule, token, given) is null))
            .Select(token => $"{Name(metadata, token)}: {Failure(assembly.ManifestModule, token, arguments[0])}").ToList();

        output.WriteLine($"{assembly.GetName().Name}: {types.Length} types, {metadata.TypeReferences.Count} type references, "
            + $"{members.Count} member references, {unresolved.Count} unresolved");
        unresolved.ForEach(output.WriteLine);
        Assert.NotEmpty(members);
        Assert.Empty(unresolved);
    }

    [Theory]
    [InlineData(typeof(Grpc.Core.Metadata), "Grpc.Core.Api")]
    [InlineData(typeof(Grpc.Net.Compression.ICompressionProvider), "Grpc.Net.Common")]
    public void The_assemblies_bear_the_names_the_real_ones_ask_for(Type inAssembly, string name)
    {
        ArgumentNullException.ThrowIfNull(inAssembly);
        var asked = typeof(GrpcChannel).Assembly.GetReferencedAssemblies().Single(reference => reference.Name == name);
        Assert.Equal(asked.FullName, inAssembly.Assembly.GetName().FullName);
    }

    private static string? Failure(Module module, int token, Type[] arguments)
    {
        try
        {
            _ = module.ResolveMember(token, arguments, arguments);
            return null;
        }
        catch (Exception error) when (error is TypeLoadException or MissingMemberException or ArgumentException or BadImageFormatException
            or FileNotFoundException or FileLoadException)
        {
            return error.Message;
        }
    }

    private static string Name(MetadataReader metadata, int token)
    {
        var handle = MetadataTokens.EntityHandle(token);
        return metadata.GetString(handle.Kind == HandleKind.MemberReference
            ? metadata.GetMemberReference((MemberReferenceHandle)handle).Name
            : metadata.GetTypeReference((TypeReferenceHandle)handle).Name);
    }
}

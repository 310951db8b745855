using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.EndToEnd;

/// <summary>Clients in another language: plain Python over stubs that protoc makes from protos/.</summary>
internal sealed class PythonClient
{
    private const string Python = "/usr/bin/python3";
    private const string Protoc = "/usr/bin/protoc";
    private const string Plugin = "/usr/bin/grpc_python_plugin";

    // google.rpc as the trailer grpc-status-details-bin has it; Debian packages it for Python nowhere.
    private const string RefusalProto = """
        syntax = "proto3";
        package google.rpc;
        import "google/protobuf/any.proto";
        message Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }
        message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
        """;

    private PythonClient(string stubs) => Stubs = stubs;

    /// <summary>The folder of the stubs.</summary>
    public string Stubs { get; }

    /// <summary>Makes the stubs in a folder of their own.</summary>
    public static async Task<PythonClient> MakeAsync(string folder)
    {
        foreach (var tool in new[] { Python, Protoc, Plugin })
            Assert.True(File.Exists(tool), $"{tool} is missing: apt-get install protobuf-compiler-grpc python3-grpcio");
        var protos = Path.Combine(Checkout.Root, "protos");
        var stubs = Directory.CreateDirectory(folder).FullName;
        await File.WriteAllTextAsync(Path.Combine(stubs, "refusal.proto"), RefusalProto);
        await GeneratePublishedAsync(stubs);
        var files = Directory.EnumerateFiles(protos, "*.proto", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(protos, file));
        await Command.RunAsync([
            Protoc, "-I.", $"-I{stubs}", $"-I{WellKnownTypes()}", $"--python_out={stubs}", $"--grpc_python_out={stubs}",
            $"--plugin=protoc-gen-grpc_python={Plugin}", "refusal.proto", .. files,
        ], protos);
        return new(stubs);
    }

    /// <summary>Runs a script of this folder, which must succeed, against a run's data folder; gives what it printed.</summary>
    public async Task<string> RunAsync(string script, string data, params string[] more) => (await Command.RunAsync(
        [Python, Path.Combine(AppContext.BaseDirectory, script), Path.Combine(data, "endpoints.json"), Stubs, .. more], Stubs,
        limit: TimeSpan.FromMinutes(4))).TrimEnd();

    // The gRPC project's own contracts come as descriptors of its packages: stubs are made from those.
    private static async Task GeneratePublishedAsync(string stubs)
    {
        var published = new FileDescriptorSet
        {
            File = { HealthReflection.Descriptor.ToProto(), ReflectionReflection.Descriptor.ToProto() },
        };
        (published.File[0].Name, published.File[1].Name) = ("grpc/health/v1/health.proto", "grpc/reflection/v1/reflection.proto");
        var descriptors = Path.Combine(stubs, "published.binpb");
        await File.WriteAllBytesAsync(descriptors, published.ToByteArray());
        await Command.RunAsync([
            Protoc, $"--descriptor_set_in={descriptors}", $"--python_out={stubs}", $"--grpc_python_out={stubs}",
            $"--plugin=protoc-gen-grpc_python={Plugin}", .. published.File.Select(file => file.Name),
        ], stubs);
    }

    // Grpc.Tools brings google's own files for protoc; Debian's package does where there is none.
    private static string WellKnownTypes()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var tools = Path.Combine(packages, "grpc.tools");
        var folders = Directory.Exists(tools) ? Directory.EnumerateDirectories(tools).Order(StringComparer.Ordinal).Reverse() : [];
        return folders.Select(folder => Path.Combine(folder, "build", "native", "include")).Append("/usr/include")
            .First(folder => File.Exists(Path.Combine(folder, "google", "protobuf", "any.proto")));
    }
}

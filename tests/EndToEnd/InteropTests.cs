using Iij.Tests.Servers;

namespace Iij.Tests.EndToEnd;

/// <summary>The services seen from another language: stubs made from protos/ by protoc, a client in plain Python (interop.py).</summary>
public sealed class InteropTests : IDisposable
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

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_client_in_another_language_records_reads_and_is_refused_in_words()
    {
        foreach (var tool in new[] { Python, Protoc, Plugin })
            Assert.True(File.Exists(tool), $"{tool} is missing: apt-get install protobuf-compiler-grpc python3-grpcio");
        await GenerateStubsAsync();
        var inputs = Inputs.Small(_folder["inputs"], seed: 61);
        await using var process = LocalProcess.Start(inputs.Arguments(_folder["data"]));
        await process.SaysAsync("until Ctrl-C");
        var client = await LocalProcess.RunProgramAsync(_folder.Path, Python, Path.Combine(AppContext.BaseDirectory, "interop.py"),
            Path.Combine(_folder["data"], "endpoints.json"), _folder["stubs"], Path.Combine(_folder["inputs"], "figures.csv"));
        Assert.True(client.ExitCode == 0, client.Errors);
        Assert.Equal([$"interop: ok, {inputs.Figures.Count} figures"], client.Output);
        var (ended, _) = await process.SignalAsync("TERM");
        Assert.True(ended.ExitCode == 0, ended.Errors);
    }

    public void Dispose() => _folder.Dispose();

    private async Task GenerateStubsAsync()
    {
        var protos = Path.Combine(Checkout.Root, "protos");
        var stubs = Directory.CreateDirectory(_folder["stubs"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(stubs, "refusal.proto"), RefusalProto);
        var files = Directory.EnumerateFiles(protos, "*.proto", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(protos, file));
        var made = await LocalProcess.RunProgramAsync(protos, [
            Protoc, "-I.", $"-I{stubs}", $"-I{WellKnownTypes()}", $"--python_out={stubs}", $"--grpc_python_out={stubs}",
            $"--plugin=protoc-gen-grpc_python={Plugin}", "refusal.proto", .. files,
        ]);
        Assert.True(made.ExitCode == 0, made.Errors);
    }

    // Beside the compiler that the build uses, or where a distribution puts them.
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

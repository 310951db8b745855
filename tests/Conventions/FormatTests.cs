using System.Diagnostics;
using Xunit;

namespace Iij.Tests.Conventions;

/// <summary>C# is formatted as "dotnet format whitespace" formats it by .editorconfig.</summary>
public sealed class FormatTests
{
    [Fact]
    public async Task The_formatter_would_change_nothing()
    {
        var (code, output) = await FormatAsync(SourceTree.Root);
        Assert.True(code == 0, $"run: dotnet format whitespace . --folder --exclude services/Dashboard/node_modules\n{output}");
    }

    [Fact]
    public async Task A_file_that_is_not_formatted_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("iij-format-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "Sample.cs"), "class Sample {   int  x; }\n");
            var (code, output) = await FormatAsync(folder);
            Assert.NotEqual(0, code);
            Assert.Contains("Sample.cs", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int Code, string Output)> FormatAsync(string folder)
    {
        string[] words = ["format", "whitespace", ".", "--folder", "--verify-no-changes", "--exclude", "services/Dashboard/node_modules"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", words)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}

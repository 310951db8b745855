namespace Iij.Tests.Dashboard;

/// <summary>The page's source: its own tests, its types, and that the files which are shipped are what it builds.</summary>
public sealed class BuildTests
{
    [NodeFact]
    public async Task What_is_shipped_is_what_the_source_builds()
    {
        await Npm.InstallAsync(CancellationToken.None);
        await Npm.RunAsync("npm", "run", "--silent", "types");
        await Npm.RunAsync("npm", "run", "--silent", "check");
        await Npm.RunAsync("npm", "test", "--silent");
        var built = Directory.CreateTempSubdirectory("iij-page-").FullName;
        try
        {
            await Npm.RunAsync("npx", "vite", "build", "--outDir", built, "--emptyOutDir", "--logLevel", "error");
            Assert.Equal(await ContentAsync(built), await ContentAsync(Path.Combine(Npm.Folder, "dist"))); // else: npm run build
        }
        finally
        {
            Directory.Delete(built, recursive: true);
        }
    }

    private static async Task<SortedDictionary<string, string>> ContentAsync(string folder)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            files.Add(Path.GetRelativePath(folder, file), await File.ReadAllTextAsync(file));
        return files;
    }
}

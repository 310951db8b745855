namespace Iij.Tests.Conventions;

/// <summary>The files that a person wrote: the repository's, or a few made up by a test of a rule.</summary>
public sealed class SourceTree(IReadOnlyList<SourceFile> files)
{
    private const string RootMark = "Iij.Services.sln";
    private const long LargestFileBytes = 4_000_000;
    private static readonly string[] Generated =
        ["bin", "obj", ".git", ".data", ".vs", ".idea", "TestResults", "node_modules", "artifacts"];

    private static readonly Lazy<SourceTree> Loaded = new(Load);

    /// <summary>The repository around this assembly.</summary>
    public static SourceTree Repository => Loaded.Value;

    /// <summary>The folder of the repository around this assembly.</summary>
    public static string Root => FindRoot().FullName;

    /// <summary>Every text file.</summary>
    public IReadOnlyList<SourceFile> Files { get; } = files;

    /// <summary>The C# files of some folders; of all where none is named.</summary>
    public IEnumerable<SourceFile> CSharp(params string[] folders) =>
        Files.Where(file => file.Ends(".cs") && file.IsUnder(folders));

    /// <summary>A tree of made-up files.</summary>
    public static SourceTree Of(params (string Path, string Text)[] files) =>
        new(files.Select(file => new SourceFile(file.Path, file.Text)).ToList());

    private static SourceTree Load()
    {
        var root = FindRoot();
        var files = Walk(root)
            .Where(file => file.Length <= LargestFileBytes)
            .Select(file => new SourceFile(RelativePath(root, file), File.ReadAllText(file.FullName)))
            .Where(file => !file.Text.Contains('\0'))
            .OrderBy(file => file.Path, StringComparer.Ordinal);
        return new SourceTree(files.ToList());
    }

    private static string RelativePath(DirectoryInfo root, FileInfo file) =>
        Path.GetRelativePath(root.FullName, file.FullName).Replace('\\', '/');

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) => folder
        .EnumerateDirectories()
        .Where(child => !Generated.Contains(child.Name) && child.LinkTarget is null)
        .SelectMany(Walk)
        .Concat(folder.EnumerateFiles().Where(file => !Generated.Contains(file.Name))); // in a linked work tree .git is a file

    private static DirectoryInfo FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, RootMark))) return folder;
        }
        throw new InvalidOperationException($"No {RootMark} above {AppContext.BaseDirectory}.");
    }
}

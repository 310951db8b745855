using System.Text.Json;

namespace Iij.Local;

/// <summary>
/// The folder a run keeps its databases in: locked while it runs, marked with the ledger it holds. A folder whose ledger was loaded
/// whole takes no other ledger; one whose loading never ended is taken up again by the same ledger and cleared for another.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const string MarkFile = "ledger.json";
    private const int SideBySideMax = 20;
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream fileLock) => (Path, _lock) = (path, fileLock);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Opens a folder for one process; throws <see cref="DataFolderException"/> where another has it.</summary>
    public static DataFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            Make(full);
            var file = new FileStream(System.IO.Path.Combine(full, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(full, file);
        }
        catch (IOException error) when (error is not DirectoryNotFoundException)
        {
            throw new DataFolderException($"the data folder {full} is in use by another run or cannot be written ({error.Message}); "
                + "end that run, or choose another folder with --data");
        }
        catch (UnauthorizedAccessException error)
        {
            throw new DataFolderException($"the data folder {full} cannot be written: {error.Message}; choose another with --data");
        }
    }

    /// <summary>Opens a folder, or the first of path-2, path-3, … that no other process has: runs side by side have one each.</summary>
    public static DataFolder OpenFirstFree(string path)
    {
        for (var number = 2; ; number++)
        {
            try
            {
                return Open(number == 2 ? path : $"{path}-{number - 1}");
            }
            catch (DataFolderException) when (number <= SideBySideMax)
            {
                // In use: the next one.
            }
        }
    }

    /// <summary>Whether this ledger is loaded whole; clears what an unfinished loading of another left; refuses a folder of another ledger.</summary>
    public bool Begin(string ledgerPath, string ledgerDigest)
    {
        var mark = ReadMark();
        if (mark is not null && mark.Digest == ledgerDigest)
            return mark.Loaded;
        if (mark is { Loaded: true })
        {
            throw new DataFolderException($"the data folder {Path} holds the ledger {mark.Ledger} ({mark.Digest[..12]}), not {ledgerPath} "
                + $"({ledgerDigest[..12]}); choose another folder with --data, or run without --ledger on that one");
        }

        // Only what a run writes: a folder may hold files of someone else.
        foreach (var file in LocalServices.Sources.Append("reporting").SelectMany(name => Directory.EnumerateFiles(Path, name + ".db*")))
            File.Delete(file);
        WriteMark(new Mark(ledgerPath, ledgerDigest, Loaded: false));
        return false;
    }

    /// <summary>Says that the ledger is loaded and closed whole.</summary>
    public void Complete(string ledgerPath, string ledgerDigest) => WriteMark(new Mark(ledgerPath, ledgerDigest, Loaded: true));

    /// <summary>A file in the folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a small file whole or not at all.</summary>
    public void WriteWhole(string name, string text)
    {
        var target = PathOf(name);
        File.WriteAllText(target + ".new", text);
        File.Move(target + ".new", target, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    // Unpublished figures, and the keys that sign them: for its owner alone.
    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else if (!Directory.Exists(path))
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private Mark? ReadMark()
    {
        if (!File.Exists(PathOf(MarkFile)))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Mark>(File.ReadAllText(PathOf(MarkFile)));
        }
        catch (JsonException error)
        {
            throw new DataFolderException($"{PathOf(MarkFile)}, which says what the data folder holds, cannot be read ({error.Message}); "
                + "delete the folder, or choose another with --data");
        }
    }

    private void WriteMark(Mark mark) => WriteWhole(MarkFile, JsonSerializer.Serialize(mark));

    private sealed record Mark(string Ledger, string Digest, bool Loaded);
}

/// <summary>The data folder cannot be used: the message says why and what to do.</summary>
public sealed class DataFolderException(string message) : Exception(message);

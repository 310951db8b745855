namespace Iij.Local.Ledger;

/// <summary>An input file is refused: names the file, the line (1 is the header) and the reason.</summary>
public sealed class InputException(string file, int line, string reason) : Exception($"{file}:{line}: {reason}")
{
    /// <summary>The file's name.</summary>
    public string File { get; } = file;

    /// <summary>The line, from 1; 0 where the file itself is absent or unknown.</summary>
    public int Line { get; } = line;

    /// <summary>The error.</summary>
    public string Reason { get; } = reason;
}

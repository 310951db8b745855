using System.Text;

namespace Iij.Tests.Oracle;

/// <summary>One CSV file held as lines (index 0 is the header, so line N of the file is index N − 1), with the way it is written.</summary>
public sealed class DraftFile
{
    /// <summary>Written as the single byte FF, which no UTF-8 text holds.</summary>
    public const char BrokenByte = '\uE0FF';

    public List<string> Lines { get; init; } = [];
    public string NewLine { get; init; } = "\n";
    public bool ByteOrderMark { get; init; }
    public bool NewLineAtEnd { get; init; } = true;

    public int LastLine => Lines.Count;

    public byte[] ToBytes()
    {
        var text = (ByteOrderMark ? "\uFEFF" : "") + string.Join(NewLine, Lines) + (NewLineAtEnd ? NewLine : "");
        var pieces = text.Split(BrokenByte).Select(Encoding.UTF8.GetBytes).ToList();
        return [.. pieces.SelectMany((piece, index) => index == 0 ? piece : [0xFF, .. piece])];
    }

    public static DraftFile FromBytes(byte[] bytes)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        var mark = text.StartsWith('\uFEFF');
        var newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var lines = (mark ? text[1..] : text).Split(newLine).ToList();
        var atEnd = lines[^1].Length == 0;
        if (atEnd)
            lines.RemoveAt(lines.Count - 1);
        return new() { Lines = lines, NewLine = newLine, ByteOrderMark = mark, NewLineAtEnd = atEnd };
    }
}

namespace Iij.Cli.Watching;

/// <summary>A line at the end of a terminal that is written over again and again; nothing without a terminal.</summary>
internal sealed class StatusLine(bool wanted)
{
    private const int WidthOtherwise = 80;
    private readonly bool _shown = wanted && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
    private int _length;

    /// <summary>Writes it over.</summary>
    public void Write(string text)
    {
        if (!_shown)
            return;
        // One that reaches the edge would go on in the next line, which is never written over.
        var room = (Console.WindowWidth > 1 ? Console.WindowWidth : WidthOtherwise) - 1;
        var cut = text.Length > room ? text[..room] : text;
        Console.Out.Write($"\r{cut.PadRight(Math.Min(_length, room))}");
        _length = cut.Length;
    }

    /// <summary>Clears it, so that another line can be written in its place.</summary>
    public void Clear()
    {
        if (_length == 0)
            return;
        Write("");
        Console.Out.Write('\r');
    }
}

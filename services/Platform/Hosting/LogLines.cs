using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Iij.Platform;

/// <summary>
/// The log of a process: a line for each event on standard error, with the time (UTC), the level, the name of the event and, where
/// there is one, the trace. In a container (DOTNET_RUNNING_IN_CONTAINER=true) the lines are JSON, elsewhere text.
/// </summary>
public sealed class LogLines(bool json) : ConsoleFormatter(nameof(LogLines))
{
    private const string Template = "{OriginalFormat}"; // how a message's own text is named among what it tells

    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Makes this the one log of a host: a person's terminal shows figures, what went wrong goes to the other stream.</summary>
    public static ILoggingBuilder Use(ILoggingBuilder logging)
    {
        var json = Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") == "true";
        logging.ClearProviders().AddConsole(console =>
            (console.FormatterName, console.LogToStandardErrorThreshold) = (nameof(LogLines), LogLevel.Trace));
        logging.Services.AddSingleton<ConsoleFormatter>(new LogLines(json));
        return logging;
    }

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        ArgumentNullException.ThrowIfNull(textWriter);
        var line = new Line(
            TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), logEntry.LogLevel.ToString(),
            logEntry.EventId.Name, logEntry.Category, logEntry.Formatter(logEntry.State, logEntry.Exception), logEntry.Exception?.ToString(),
            Activity.Current?.TraceId.ToString(), Told(logEntry.State));
        textWriter.Write((json ? JsonSerializer.Serialize(line, _options) : Text(line)) + '\n');
    }

    private static string Text(Line line) =>
        $"{$"{line.Time} {line.Level} {line.Category} {line.Event}".TrimEnd()}: {line.Message} {line.Error}".TrimEnd().ReplaceLineEndings(" ");

    private static Dictionary<string, string>? Told(object? state) => (state as IEnumerable<KeyValuePair<string, object?>>)?
        .Where(pair => pair.Key != Template).ToDictionary(pair => pair.Key, pair => Convert.ToString(pair.Value, CultureInfo.InvariantCulture) ?? "");

    private sealed record Line(
        string Time, string Level, string? Event, string Category, string Message, string? Error, string? Trace, Dictionary<string, string>? Told);
}

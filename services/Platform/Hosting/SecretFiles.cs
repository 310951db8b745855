namespace Iij.Platform;

/// <summary>
/// Settings in files of a folder, as containers mount secrets: a file is named as its setting, Storage__ConnectionString. In place of the
/// framework's AddKeyPerFile, which keeps the carriage return of a file that was written elsewhere, and shows a stack trace for a folder that
/// cannot be read.
/// </summary>
internal static class SecretFiles
{
    /// <summary>The settings of a folder; none where it does not exist. Throws <see cref="SettingsException"/> where it cannot be read.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Read(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        try
        {
            return [.. Directory.EnumerateFiles(folder).Select(path => KeyValuePair.Create(
                Path.GetFileName(path).Replace("__", ":", StringComparison.Ordinal), (string?)File.ReadAllText(path).TrimEnd('\r', '\n')))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException("IIJ_SECRETS", $"{folder} cannot be read: {error.Message}");
        }
    }
}

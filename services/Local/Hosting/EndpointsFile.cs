using System.Text.Json;
using Iij.Client;
using Iij.Local.Ledger;

namespace Iij.Local;

/// <summary>endpoints.json: where each service listens, by its name.</summary>
public static class EndpointsFile
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    /// <summary>The services that it names, beside the issuer of a run.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. LocalServices.Sources, "reporting"];

    /// <summary>The file's text.</summary>
    public static string Write(IReadOnlyDictionary<string, Uri> endpoints) => JsonSerializer.Serialize(
        endpoints.ToDictionary(endpoint => endpoint.Key, endpoint => endpoint.Value.ToString().TrimEnd('/')), _indented);

    /// <summary>Reads a file; throws <see cref="InputException"/> where it is absent, unreadable or lacks a service.</summary>
    public static IReadOnlyDictionary<string, Uri> Read(string path)
    {
        var endpoints = Parse(path);
        foreach (var name in Names)
        {
            if (!Uri.TryCreate(endpoints.GetValueOrDefault(name), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                throw new InputException(path, 0, $"{name} has no address such as \"http://127.0.0.1:5101\"");
        }

        return endpoints.Where(endpoint => Names.Contains(endpoint.Key) || endpoint.Key == NameTokens.Service)
            .ToDictionary(endpoint => endpoint.Key, endpoint => new Uri(endpoint.Value));
    }

    private static Dictionary<string, string> Parse(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new InputException(path, 0, error.Message);
        }
    }
}

using System.Text.Json;
using Grpc.Core;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Reporting.V1;

namespace Iij.Cli;

/// <summary>The address of each service by name, from a file as ./run writes it.</summary>
internal sealed class Endpoints
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private readonly IReadOnlyDictionary<string, Uri> _addresses;

    private Endpoints(string path, Dictionary<string, Uri> addresses)
    {
        Issuer = addresses.Remove(NameTokens.Service, out var issuer) ? issuer : null;
        (Path, _addresses) = (path, addresses);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The service that consolidates; every other name is a source.</summary>
    public const string Reporting = "reporting";

    /// <summary>Reads the file; throws <see cref="UsageException"/> where it cannot be used.</summary>
    public static Endpoints Read(string path)
    {
        try
        {
            var names = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? [];
            return new(path, names.ToDictionary(name => name.Key, name => AddressOf(path, name.Key, name.Value)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            throw new UsageException($"the endpoints file {path} cannot be read ({error.Message}); name one as ./run writes it: "
                + "{\"reporting\": \"http://127.0.0.1:5005\", …}");
        }
    }

    /// <summary>Where a service listens; throws <see cref="UsageException"/> where the file does not name it.</summary>
    public Uri this[string service] => _addresses.TryGetValue(service, out var address)
        ? address
        : throw new UsageException($"{Path} names no service \"{service}\", only {string.Join(", ", _addresses.Keys)}; add its address there");

    /// <summary>The issuer of ./run, which gives a token to each name; null where the file names none.</summary>
    public Uri? Issuer { get; }

    /// <summary>Whether that service, and no other that may have its port by now, answers within a moment.</summary>
    public async Task<bool> AnswersAsync(string service, CancellationToken cancel)
    {
        try
        {
            using var channel = Channels.Open(this[service], tokens: null);
            var asking = new CallOptions(deadline: Channels.In(_patience), cancellationToken: cancel);
            if (service != Reporting)
                return (await new ClosingService.ClosingServiceClient(channel).GetSourceAsync(new(), asking)).Source == service;
            await new ReportingService.ReportingServiceClient(channel).ListMeasuresAsync(new(), asking);
            return true;
        }
        catch (UsageException)
        {
            return false;
        }
        catch (RpcException error) when (!cancel.IsCancellationRequested)
        {
            return RpcErrors.InfoOf(error) is not null; // it is there, and says to the command itself why it refuses
        }
    }

    private static Uri AddressOf(string path, string service, string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new UsageException($"{path}: \"{address}\" of {service} is not an address; write http://127.0.0.1:5005");
}

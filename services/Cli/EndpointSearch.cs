using Iij.Client;

namespace Iij.Cli;

/// <summary>
/// Finds the services: in the file that is named, else in the one that the environment names, else in the newest of a run
/// (<see cref="RunData"/>) whose services answer.
/// </summary>
internal static class EndpointSearch
{
    /// <summary>The environment variable that names an endpoints file.</summary>
    public const string Variable = "IIJ_ENDPOINTS";

    private const string FileName = "endpoints.json";
    private const int NamedMax = 3;

    /// <summary>The endpoints; throws <see cref="UnreachableException"/> with what was tried where no service answers.</summary>
    /// <param name="named">The file of --endpoints; null where it is not given.</param>
    /// <param name="service">The service that the command asks first.</param>
    /// <param name="cancel">Ends the search.</param>
    public static async Task<Endpoints> FindAsync(string? named, string service, CancellationToken cancel)
    {
        if (named is not null)
            return Endpoints.Read(named);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable)
            return Endpoints.Read(variable);
        var tried = new List<string>();
        foreach (var file in Written())
        {
            if (await AnsweringAsync(file, service, cancel) is { } endpoints)
                return endpoints;
            tried.Add(file);
        }

        throw new UnreachableException($"no {service} service found: --endpoints is not given, {Variable} is not set, {Told(tried)}. "
            + "Way out: start ./run, or name a file it wrote with --endpoints FILE");
    }

    private static async Task<Endpoints?> AnsweringAsync(string file, string service, CancellationToken cancel)
    {
        try
        {
            var endpoints = Endpoints.Read(file);
            return await endpoints.AnswersAsync(service, cancel) ? endpoints : null;
        }
        catch (UsageException)
        {
            return null; // half a file of a run that ended: an older one may be whole
        }
    }

    // The newest first.
    private static IEnumerable<string> Written()
    {
        var data = RunData.Folder;
        return !Directory.Exists(data) ? [] : Directory.EnumerateDirectories(data)
            .Select(folder => new FileInfo(Path.Combine(folder, FileName)))
            .Where(file => file.Exists)
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .Select(file => file.FullName);
    }

    private static string Told(List<string> tried)
    {
        if (tried.Count == 0)
            return $"and there is no {Path.Combine(RunData.Folder, "*", FileName)}";
        var more = tried.Count > NamedMax ? $" and {tried.Count - NamedMax} older" : "";
        return $"and nobody answers at the addresses in {string.Join(", ", tried.Take(NamedMax))}{more}";
    }
}

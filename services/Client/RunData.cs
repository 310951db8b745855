namespace Iij.Client;

/// <summary>Where runs on this machine keep their data and say at which addresses they serve: a folder for each.</summary>
public static class RunData
{
    /// <summary>The environment variable that names the folder of these folders.</summary>
    public const string Variable = "IIJ_DATA";

    /// <summary>That folder: ./run and ./iij name the checkout's; by default it is .data in the working folder.</summary>
    public static string Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? Path.GetFullPath(named)
        : Path.Combine(Directory.GetCurrentDirectory(), ".data");
}

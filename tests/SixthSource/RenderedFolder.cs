using Iij.Tests.Servers;

namespace Iij.Tests.SixthSource;

/// <summary>A temporary folder with the files of a deployment, as they are rendered where the toy source is described.</summary>
internal sealed class RenderedFolder : IDisposable
{
    public RenderedFolder()
    {
        var deploy = System.IO.Path.Combine(Checkout.Root, "deploy");
        foreach (var file in Directory.EnumerateFiles(deploy, "*", SearchOption.AllDirectories))
            Write(System.IO.Path.GetRelativePath(Checkout.Root, file), File.ReadAllText(file));
        Write("deploy/sources.csv", ToyDescription.Text);
        foreach (var file in Deployment.Files)
            Write(file, Deployment.Render(file, File.ReadAllText(System.IO.Path.Combine(Checkout.Root, file)), ToyDescription.All));
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("iij-sixth-").FullName;

    public string Read(string file) => File.ReadAllText(System.IO.Path.Combine(Path, file));

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private void Write(string file, string text)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

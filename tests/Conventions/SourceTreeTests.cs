using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class SourceTreeTests
{
    [Fact]
    public void The_repository_is_read_without_what_builds_leave_behind()
    {
        var paths = SourceTree.Repository.Files.Select(file => file.Path).ToList();
        Assert.Contains("Iij.Services.sln", paths);
        Assert.Contains("tests/Conventions/SourceTreeTests.cs", paths);
        Assert.DoesNotContain(paths, path => path.Split('/').Any(folder => folder is "bin" or "obj"));
    }

    [Fact]
    public void Every_allowance_names_a_file_that_is_there()
    {
        var paths = SourceTree.Repository.Files.Select(file => file.Path).ToHashSet();
        Assert.All(FloatingPoint.Allowed.Concat(Sql.Homes), allowance => Assert.Contains(allowance.Path, paths));
    }

    [Fact]
    public void Every_file_is_valid_CSharp()
    {
        var errors = SourceTree.Repository
            .CSharp("services", "tests")
            .SelectMany(file => file.Syntax.GetDiagnostics().Select(error => $"{file.Path}: {error}"));
        Assert.Empty(errors);
    }
}

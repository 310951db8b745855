using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class MachinePathTests() : RuleTests(Places.MachinePaths)
{
    [Theory]
    [InlineData("cd /work/main")]
    [InlineData("\"/tmp/data\"")]
    [InlineData("HOME=/root/.config")]
    public void A_path_of_one_machine_is_caught(string line)
    {
        Catches("deploy/up.sh", "\n" + line, 2);
        Passes("tests/EndToEnd/up.sh", line);
    }

    [Fact]
    public void Other_paths_pass() => Passes("README.md", "see docs/work/a.md, https://example.org/work/b and network/root/c");
}

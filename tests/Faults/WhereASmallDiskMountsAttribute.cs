using Iij.Tests.Model;
using Iij.Tests.Servers;

namespace Iij.Tests.Faults;

/// <summary>A test that needs a small file system of its own, and says why it does not run where it cannot have one.</summary>
internal sealed class WhereASmallDiskMountsAttribute : FactAttribute
{
    private static readonly Lazy<string> _whyNot = new(SmallDisk.WhyNot);
    private bool _onlyLong;

    public WhereASmallDiskMountsAttribute()
    {
        if (_whyNot.Value.Length > 0)
            Skip = _whyNot.Value;
    }

    /// <summary>Runs with ./test --long alone.</summary>
    public bool OnlyLong
    {
        get => _onlyLong;
        set
        {
            _onlyLong = value;
            if (value && !Seeds.IsLong)
                Skip = "a long test: ./test --long";
        }
    }
}

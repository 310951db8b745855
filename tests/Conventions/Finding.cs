namespace Iij.Tests.Conventions;

/// <summary>One place where a rule is broken, and the better way.</summary>
public sealed record Finding(string Path, int Line, string Advice)
{
    /// <inheritdoc />
    public override string ToString() => $"{Path}:{Line}: {Advice}";
}

/// <summary>A file that may do what a rule forbids, and why.</summary>
public sealed record Allowance(string Path, string Reason);

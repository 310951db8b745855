namespace Iij.Tests.Oracle;

/// <summary>An exact figure, or a word in its place: missing, or n/m.</summary>
public sealed record Outcome(string? Word, Rational Number)
{
    public static readonly Outcome Missing = new("missing", 0);
    public static readonly Outcome NotMeaningful = new("n/m", 0);

    public static Outcome Of(Rational? number) => number is { } known ? new(null, known) : Missing;

    public string Print(int decimals) => Word ?? Number.Print(decimals);
}

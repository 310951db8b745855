namespace Iij.Reporting;

/// <summary>The difference between two figures, exact and as a reader of the printed digits sees it.</summary>
public static class FigureDifferences
{
    /// <summary>After less before: exact in the line's own unit, and of the rounded values; both empty where either has no value.</summary>
    public static (string Exact, string Printed) Between(EditionFigure? before, EditionFigure? after)
    {
        if (before?.Node.Value is not { } was || after?.Node.Value is not { } now)
            return ("", "");
        var printed = decimal.Parse(after.Printed!, System.Globalization.CultureInfo.InvariantCulture)
            - decimal.Parse(before.Printed!, System.Globalization.CultureInfo.InvariantCulture);
        return ((now - was).ToString(), printed.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}

using System.Globalization;
using Iij.Contracts;
using NodaTime;

namespace Iij.Local.Ledger;

/// <summary>One row of an input file: fields by column name, each read into a value or refused with file and line.</summary>
public sealed class CsvRow(string file, int line, IReadOnlyDictionary<string, string> fields)
{
    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>The file's name.</summary>
    public string File { get; } = file;

    /// <summary>The text of a column.</summary>
    public string this[string column] => fields[column];

    /// <summary>Refuses the row.</summary>
    public InputException Refuse(string reason) => new(File, Line, reason);

    /// <summary>A text that is not empty.</summary>
    public string Text(string column) => this[column].Trim().Length > 0 ? this[column] : throw Refuse($"{column} is empty");

    /// <summary>A month, 2012-12.</summary>
    public YearMonth Month(string column) =>
        Contracts.Calendar.ParseMonth(this[column]) ?? throw Refuse($"{column} \"{this[column]}\" is not a month such as 2012-12");

    /// <summary>A date, 2012-12-31.</summary>
    public LocalDate Date(string column) =>
        Contracts.Calendar.ParseDate(this[column]) ?? throw Refuse($"{column} \"{this[column]}\" is not a date such as 2012-12-31");

    /// <summary>A fiscal year, FY2012.</summary>
    public string FiscalYear(string column) => ReportingPeriod.Parse(this[column]) is { Length: PeriodLength.Year }
        ? this[column]
        : throw Refuse($"{column} \"{this[column]}\" is not a fiscal year such as FY2012");

    /// <summary>A whole number of either sign, without separators.</summary>
    public long Amount(string column)
    {
        var text = this[column];
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || text.StartsWith('+'))
            throw Refuse($"{column} \"{text}\" is not an integer");
        return value is >= -Platform.Fields.AmountMax and <= Platform.Fields.AmountMax
            ? value
            : throw Refuse($"{column} \"{text}\" is beyond {Platform.Fields.AmountMax}");
    }

    /// <summary>A whole number, zero or more.</summary>
    public long NotNegative(string column) => Amount(column) is >= 0 and var value ? value : throw Refuse($"{column} {this[column]} is negative");

    /// <summary>A whole number above zero.</summary>
    public long Positive(string column) => Amount(column) is > 0 and var value ? value : throw Refuse($"{column} {this[column]} is not above zero");

    /// <summary>One of the words a column knows.</summary>
    public string Word(string column, params string[] known) => known.Contains(this[column])
        ? this[column]
        : throw Refuse($"{column} \"{this[column]}\" is unknown; known are {string.Join(", ", known)}");

    /// <summary>yes or no.</summary>
    public bool YesNo(string column) => Word(column, "yes", "no") == "yes";
}

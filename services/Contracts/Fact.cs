using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Iij.Closing.V1;

namespace Iij.Contracts;

/// <summary>
/// One amount that a closing statement reports: the only thing reporting knows of a source's statement.
/// </summary>
/// <param name="Measure">The measure's name, such as "atm.withdrawals"; of an announcement with a share basis, that date is its end.</param>
/// <param name="Subject">The fiscal year of an announcement, or the part of one that shares are of; empty otherwise.</param>
/// <param name="Date">The date from which a dated stock stands, or of an announcement, as 2012-12-31; empty otherwise.</param>
/// <param name="Unscaled">The amount, in the measure's unit, times 10^scale.</param>
/// <param name="Scale">0 for everything but announced decimals.</param>
public sealed record Fact(string Measure, string Subject, string Date, long Unscaled, int Scale)
{
    private const int ScaleMax = 18;

    /// <summary>The exact amount, in the measure's unit.</summary>
    public Exact Amount => Exact.OfDecimal(Unscaled, Scale);

    /// <summary>The identity of the fact within its statement, in the order in which facts are compared.</summary>
    public string Key => $"{Measure}|{Subject}|{Date}";

    /// <summary>
    /// The facts of a statement by its fields' measure option, sorted by key. An absent amount yields none.
    /// Throws InvalidDataException where a statement holds two amounts of one key, a date that is none or has no amount, or a value that
    /// is none.
    /// </summary>
    public static IReadOnlyList<Fact> Of(IMessage statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        var facts = statement.Descriptor.Fields.InDeclarationOrder()
            .SelectMany(field => OfField(statement, field))
            .OrderBy(fact => fact.Key, StringComparer.Ordinal)
            .ToList();
        for (var i = 1; i < facts.Count; i++)
        {
            if (facts[i].Key == facts[i - 1].Key)
                throw new InvalidDataException($"{statement.Descriptor.FullName} reports {facts[i].Key} twice");
        }

        return facts;
    }

    /// <summary>
    /// SHA-256 over the sorted facts, hexadecimal: two statements are the same where this is, whatever their bytes.
    /// </summary>
    public static string Digest(IEnumerable<Fact> facts)
    {
        var text = new StringBuilder();
        foreach (var fact in facts.OrderBy(fact => fact.Key, StringComparer.Ordinal))
            text.Append(fact.Key).Append('=').Append(fact.Unscaled).Append('e').Append(-fact.Scale).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static IEnumerable<Fact> OfField(IMessage statement, FieldDescriptor field)
    {
        if (MeasureCatalog.MeasureOf(field) is not { } measure)
            return [];
        var value = field.Accessor.GetValue(statement);
        if (field.IsRepeated)
            return ((System.Collections.IEnumerable)value).Cast<IMessage>().SelectMany(element => OfElement(measure, element));
        return field.Accessor.HasValue(statement) ? [new Fact(measure.Name, "", "", (long)value, 0)] : [];
    }

    private static IEnumerable<Fact> OfElement(Measure measure, IMessage element) => element switch
    {
        ItemAmount { HasAmount: true } item => [new Fact($"{measure.Name}.{item.Item}", "", "", item.Amount, 0)],
        DatedAmount dated => [OfDated(measure, dated)],
        Announcement announced => [OfAnnouncement(measure, announced)],
        _ => [],
    };

    // Passed over, the amount before it would stand from its date on.
    private static Fact OfDated(Measure measure, DatedAmount dated) => dated.HasAmount
        ? new Fact(measure.Name, "", Iso(measure, dated.Date), dated.Amount, 0)
        : throw new InvalidDataException($"{measure.Name} has a date without an amount: {dated.Date}");

    private static Fact OfAnnouncement(Measure measure, Announcement announced)
    {
        var basis = announced.BasisOn is null ? "" : "." + Iso(measure, announced.BasisOn);
        var name = $"{measure.Name}.{announced.Item}{basis}";
        if (announced.Value is not { Scale: >= 0 and <= ScaleMax } value)
            throw new InvalidDataException($"{name} of {announced.FiscalYear} has no value with a scale of 0 to {ScaleMax}");
        var date = announced.AnnouncedOn is null ? "" : Iso(measure, announced.AnnouncedOn);
        return new Fact(name, announced.FiscalYear, date, value.Unscaled, value.Scale);
    }

    private static string Iso(Measure measure, Period.V1.Date? date) =>
        date.ToLocalDate()?.ToIso() ?? throw new InvalidDataException($"{measure.Name} has a date that the calendar has not: {date}");
}

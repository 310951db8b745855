using Google.Protobuf;
using Google.Protobuf.Reflection;
using Iij.Closing.V1;

namespace Iij.Contracts;

/// <summary>A measure that some source reports.</summary>
/// <param name="Name">Its name; of an open list, the part before the item.</param>
/// <param name="Source">The source whose statement has it: the name's first word.</param>
/// <param name="Nature">Whether it adds over months.</param>
/// <param name="Unit">The unit of its stored amounts.</param>
/// <param name="ByDate">Whether it is known at any date.</param>
/// <param name="IsList">Whether the name is completed by an item.</param>
public sealed record MeasureInfo(string Name, string Source, Nature Nature, Money.V1.Unit Unit, bool ByDate, bool IsList);

/// <summary>Every measure and statement schema, read from the protos' options: a new source adds its file here and nothing else.</summary>
public static class MeasureCatalog
{
    private static readonly FileDescriptor[] _files =
    [
        AtmOperations.V1.AtmoperationsReflection.Descriptor,
        SiBacklog.V1.SibacklogReflection.Descriptor,
        Group.V1.GroupReflection.Descriptor,
    ];

    private static readonly Dictionary<string, MessageDescriptor> _statements = _files
        .SelectMany(file => file.MessageTypes)
        .Where(message => message.Fields.InDeclarationOrder().Any(field => MeasureOf(field) is not null))
        .ToDictionary(message => message.FullName);

    private static readonly Dictionary<string, MeasureInfo> _measures = _statements.Values
        .SelectMany(message => message.Fields.InDeclarationOrder())
        .Where(field => MeasureOf(field) is not null)
        .GroupBy(field => MeasureOf(field)!.Name)
        .ToDictionary(group => group.Key, group => Describe([.. group]));

    /// <summary>Every measure by name; of an open list, the name without its item.</summary>
    public static IReadOnlyDictionary<string, MeasureInfo> Measures => _measures;

    /// <summary>The full names of the statement messages that exist.</summary>
    public static IReadOnlyCollection<string> Schemas => _statements.Keys;

    /// <summary>The measure option of a statement's field, or null.</summary>
    public static Measure? MeasureOf(FieldDescriptor field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.GetOptions()?.GetExtension(MeasureExtensions.Measure);
    }

    /// <summary>What a measure is, its item included ("group.balance.total_assets"), or null where no source reports it.</summary>
    public static MeasureInfo? Find(string measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        if (_measures.TryGetValue(measure, out var exact) && !exact.IsList)
            return exact;
        var list = _measures.Values.FirstOrDefault(known =>
            known.IsList && measure.StartsWith(known.Name + ".", StringComparison.Ordinal) && IsItem(measure[(known.Name.Length + 1)..]));
        return list is null ? null : list with { Name = measure };
    }

    /// <summary>Reads a stored statement; a field of a newer producer is passed over. Null where the schema is unknown.</summary>
    public static IMessage? Parse(string schema, string body) =>
        _statements.TryGetValue(schema, out var descriptor)
            ? new JsonParser(JsonParser.Settings.Default.WithIgnoreUnknownFields(true)).Parse(body, descriptor)
            : null;

    /// <summary>Whether a text is the name of an item of an open list: lower case letters, digits and underscores.</summary>
    public static bool IsItem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= 80 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
    }

    private static MeasureInfo Describe(IReadOnlyList<FieldDescriptor> fields)
    {
        var measure = MeasureOf(fields[0])!;
        bool Has(MessageDescriptor type) => fields.Any(f => f.FieldType == FieldType.Message && f.MessageType == type);
        return new(measure.Name, measure.Name.Split('.')[0], measure.Nature, measure.Unit,
            Has(DatedAmount.Descriptor), Has(ItemAmount.Descriptor) || Has(Announcement.Descriptor));
    }
}

using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Iij.Closing.V1;

namespace Iij.Contracts;

/// <summary>A measure that some source reports.</summary>
/// <param name="Name">Its name; of an open list, the part before the item.</param>
/// <param name="Source">The source whose statement has it: the name's first word.</param>
/// <param name="Nature">Whether it adds over months.</param>
/// <param name="Unit">The unit of its stored amounts.</param>
/// <param name="ByDate">Whether it is known at any date.</param>
/// <param name="IsList">Whether the name is completed by an item.</param>
/// <param name="Requirement">Whether a month is complete without it.</param>
/// <param name="AnySign">Whether its amounts have any sign; otherwise a flow below zero is unusual.</param>
public sealed record MeasureInfo(
    string Name, string Source, Nature Nature, Money.V1.Unit Unit, bool ByDate, bool IsList, Requirement Requirement, bool AnySign);

/// <summary>Every measure and statement schema, read from the options of every compiled proto: a new source adds its proto and nothing else.</summary>
public static class MeasureCatalog
{
    private const long ExactNumberEnd = 1L << 53; // where JSON's numbers, read as binary fractions, begin to leave whole numbers out

    private static readonly JsonParser _passingOver = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    // The protos of this assembly, by their names; a class that protoc wrote has the descriptor of each.
    private static readonly List<FileDescriptor> _files = [.. typeof(MeasureCatalog).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor")?.GetValue(null)).OfType<FileDescriptor>()
        .OrderBy(file => file.Name, StringComparer.Ordinal)];

    private static readonly Lazy<Dictionary<string, MessageDescriptor>> _statements = new(() => _files
        .SelectMany(file => file.MessageTypes)
        .Where(message => message.Fields.InDeclarationOrder().Any(field => MeasureOf(field) is not null))
        .ToDictionary(message => message.FullName));

    private static readonly Lazy<Dictionary<string, MeasureInfo>> _measures = new(() => _statements.Value.Values
        .SelectMany(message => message.Fields.InDeclarationOrder())
        .Where(field => MeasureOf(field) is not null)
        .GroupBy(field => MeasureOf(field)!.Name)
        .ToDictionary(group => group.Key, group => Describe([.. group])));

    /// <summary>Every measure by name; of an open list, the name without its item.</summary>
    public static IReadOnlyDictionary<string, MeasureInfo> Measures => _measures.Value;

    /// <summary>The full names of the statement messages that exist.</summary>
    public static IReadOnlyCollection<string> Schemas => _statements.Value.Keys;

    /// <summary>Adds a proto that another assembly compiled, before anything is read here: what has been read does not change later.</summary>
    public static void Add(FileDescriptor file)
    {
        if (_statements.IsValueCreated)
            throw new InvalidOperationException($"{file?.Name} comes too late: the measures have been read");
        _files.Add(file);
    }

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
        if (Measures.TryGetValue(measure, out var exact) && !exact.IsList)
            return exact;
        var list = Measures.Values.FirstOrDefault(known =>
            known.IsList && measure.StartsWith(known.Name + ".", StringComparison.Ordinal) && IsItem(measure[(known.Name.Length + 1)..]));
        return list is null ? null : list with { Name = measure };
    }

    /// <summary>
    /// Whether a measure, its item included ("group.dividend.interim.pre_split"), is of a register of announcements. Unlike those of
    /// amounts, an item of a register may have several words.
    /// </summary>
    public static bool IsOfRegister(string measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        return Measures.Values.Any(known => known.Nature == Nature.Register && measure.StartsWith(known.Name + ".", StringComparison.Ordinal));
    }

    /// <summary>
    /// Reads a stored statement; null where the schema is unknown. A field of a newer producer is passed over: it is a measure that this
    /// version does not know, and what it knows is whole. Throws InvalidProtocolBufferException or InvalidJsonException where the body
    /// is not a statement or an element of a list says more than this version knows (which may make its amount another one), and
    /// InvalidDataException where an amount was written as a number that is not read exactly.
    /// </summary>
    public static IMessage? Parse(string schema, string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (!_statements.Value.TryGetValue(schema, out var descriptor))
            return null;
        RequireReadable(body, descriptor);
        return _passingOver.Parse(body, descriptor);
    }

    /// <summary>Whether a text is the name of an item of an open list: lower case letters, digits and underscores.</summary>
    public static bool IsItem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= 80 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
    }

    // The parser passes over unknown fields at every depth or at none: so the known fields are parsed once more by themselves.
    private static void RequireReadable(string body, MessageDescriptor descriptor)
    {
        var fields = _passingOver.Parse<Struct>(body).Fields;
        var names = descriptor.Fields.InDeclarationOrder().SelectMany(field => new[] { field.JsonName, field.Name }).ToHashSet();
        foreach (var unknown in fields.Keys.Where(name => !names.Contains(name)).ToList())
            fields.Remove(unknown);
        if (fields.Values.Any(HasInexactNumber))
            throw new InvalidDataException($"{descriptor.FullName} has a number beyond 2^53; proto JSON writes such amounts as strings");
        JsonParser.Default.Parse(new Struct { Fields = { fields } }.ToString(), descriptor);
    }

    private static bool HasInexactNumber(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.NumberValue => value.NumberValue is >= ExactNumberEnd or <= -ExactNumberEnd,
        Value.KindOneofCase.ListValue => value.ListValue.Values.Any(HasInexactNumber),
        Value.KindOneofCase.StructValue => value.StructValue.Fields.Values.Any(HasInexactNumber),
        _ => false,
    };

    private static MeasureInfo Describe(IReadOnlyList<FieldDescriptor> fields)
    {
        var measure = MeasureOf(fields[0])!;
        bool Has(MessageDescriptor type) => fields.Any(f => f.FieldType == FieldType.Message && f.MessageType == type);
        return new(measure.Name, measure.Name.Split('.')[0], measure.Nature, measure.Unit,
            Has(DatedAmount.Descriptor), Has(ItemAmount.Descriptor) || Has(Announcement.Descriptor),
            fields.Max(field => MeasureOf(field)!.Requirement), measure.AnySign);
    }
}

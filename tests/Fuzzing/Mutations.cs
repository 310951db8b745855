using System.Collections;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Iij.Tests.Fuzzing;

/// <summary>One thing that is wrong, or at least odd, with a request.</summary>
/// <param name="Field">The path of the field, such as "queries.period".</param>
/// <param name="What">What it gets.</param>
/// <param name="Apply">Does it.</param>
public sealed record Mutation(string Field, string What, Action<IMessage> Apply)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field} = {What}";
}

/// <summary>Everything that a hostile client puts into a field, by the field's type.</summary>
public static class Mutations
{
    private const int DepthMax = 4;

    private static readonly long[] _longs =
    [
        long.MinValue, long.MaxValue, -1, 0, 1_000_000_000_000_000, 1_000_000_000_000_001, -1_000_000_000_000_001, 253_402_300_800,
        -62_135_596_801,
    ];

    private static readonly int[] _ints =
    [
        int.MinValue, int.MaxValue, -1, 0, 2, 13, 18, 19, 29, 31, 32, 99, 1_000, 1_001, 1_899, 1_900, 2_200, 2_201, 9_999, 10_000,
        1_000_000_000,
    ];

    private static readonly string[] _texts =
    [
        "", " ", "\u3000", "\0", "a\0b", "a\nb", "a\r\nb", "\u0001", "\u001b[2J", "\u0085", "\u202eabc", "\u2028", "\ufeff",
        "\uffff", "\ufffd",
        "é", "e\u0301", "💴", "円", "'; DROP TABLE entry; --", "%s%n%x", "../../etc/passwd", "{0}", "\"", "-1", "1e9", "NaN",
        "9223372036854775808",
        new('x', 41), new('x', 101), new('x', 1_001), new('x', 10_000), new('円', 10_000), string.Concat(Enumerable.Repeat("💴", 51)),
    ];

    private static readonly string[] _periods =
    [
        "FY2012-Q5", "FY2012-Q0", "FY0000", "FY9999", "FY2012-H3", "FY2012-9M ", "FY201", "FY20123", "FY-012", "FY2012-", "2012-13",
        "2012-00",
        "3Q12", "2011-02-29", "1899-12", "2201-01", "1900-01", "2200-12", "FY1901", "FY2199", "FY2012", "FY2012-Q1", "2012-05-15",
        "0000-00-00",
        "2012-5", "+2012-05", "２０１２-05", "fy2012",
    ];

    private static readonly string[] _moments =
    [
        "2012-05-15", "2012-05-15T10:00:00", "2012-05-15T24:00:00+09:00", "2012-06-30T23:59:60Z", "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-18:00",
        "0001-01-01T00:00:00+18:00", "0000-01-01T00:00:00Z", "-9998-01-01T00:00:00+18:00", "2012-05-15T10:00:00+99:00",
        "2012-05-15T10:00:00.123456789123+09:00", "1899-12-31T23:59:59+09:00", "2200-12-31T23:59:59Z",
    ];

    private static readonly string[] _tokens =
    [
        "%%%", "=", "AA", "AAA", "AA==", Token("\0"), Token("a\0b"), Token("\n"), Token("-1"), Token("99999999999999999999"),
        Token("9223372036854775807"),
        Token("2012-04"), Token("2012-04 atm"), Token("2012-12-31/17"), Token("2012-12-31/-1"), Token("9999-99-99/1"),
        Token("2012-12/partners"),
        Token("2012-13/partners"), Token("ATM-1"), Token("/"), Token(" 1 "), Token("1,000"), Convert.ToBase64String([0xff, 0xfe, 0x80]),
        Convert.ToBase64String([0xed, 0xa0, 0x80]), Token(new string('a', 9_000)), Token("'; DROP TABLE entry; --"),
    ];

    /// <summary>What can be wrong with each field of a message, one at a time.</summary>
    public static IEnumerable<Mutation> Of(MessageDescriptor type) => Of(type, "", message => message, 0);

    private static IEnumerable<Mutation> Of(MessageDescriptor type, string path, Func<IMessage, IMessage> reach, int depth) =>
        depth > DepthMax ? [] : type.Fields.InDeclarationOrder().SelectMany(field =>
            Of(field, path.Length == 0 ? field.Name : $"{path}.{field.Name}", reach, depth));

    private static IEnumerable<Mutation> Of(FieldDescriptor field, string path, Func<IMessage, IMessage> reach, int depth)
    {
        Mutation Make(string what, Action<IMessage> apply) => new(path, what, message => apply(reach(message)));
        Mutation Value(object value) => Make(Describe(value), message => field.Accessor.SetValue(message, value));
        if (field.IsRepeated)
        {
            return Repeated(field, Make).Concat(field.FieldType == FieldType.Message
                ? Of(field.MessageType, path, message => Element(field, reach(message)), depth + 1)
                : Values(field).Select(value => Make(Describe(value), message => SetFirst(field, message, value))));
        }

        if (field.FieldType == FieldType.Message)
        {
            var inner = Of(field.MessageType, path, message => Inner(field, reach(message)), depth + 1);
            return inner.Prepend(Make("absent", field.Accessor.Clear)).Append(Make("empty", message => Fill(field, message)));
        }

        var values = Values(field).Select(Value);
        return field.HasPresence ? values.Prepend(Make("absent", field.Accessor.Clear)) : values;
    }

    private static IEnumerable<object> Values(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => Texts(field.Name),
        FieldType.Int64 => _longs.Cast<object>(),
        FieldType.Int32 => _ints.Cast<object>(),
        FieldType.Bool => [true],
        FieldType.Bytes => [ByteString.Empty, ByteString.CopyFrom(new byte[64]), ByteString.CopyFrom(new byte[10_000])],
        FieldType.Enum => new[] { 0, 99, -1, int.MaxValue, int.MinValue, field.EnumType.Values[^1].Number }
            .Select(number => System.Enum.ToObject(field.EnumType.ClrType, number)),
        _ => throw new NotSupportedException($"{field.FullName}: no mutation of {field.FieldType}"),
    };

    private static IEnumerable<object> Texts(string name) => name switch
    {
        "period" or "since" or "fiscal_year" => _texts.Concat(_periods),
        "withdrawn_at" => _texts.Concat(_moments),
        "page_token" => _texts.Concat(_tokens),
        _ => _texts,
    };

    private static IEnumerable<Mutation> Repeated(FieldDescriptor field, Func<string, Action<IMessage>, Mutation> make)
    {
        IList List(IMessage message) => (IList)field.Accessor.GetValue(message);
        yield return make("none", message => List(message).Clear());
        yield return make("an empty one", message => List(message).Add(Empty(field)));
        foreach (var count in new[] { 2, 1_000, 1_001, 2_000 })
        {
            yield return make($"{count} of them", message =>
            {
                for (var element = First(field, message)[0]; List(message).Count < count;)
                    List(message).Add(element);
            });
        }
    }

    private static object Empty(FieldDescriptor field) =>
        field.FieldType == FieldType.Message ? field.MessageType.Parser.ParseFrom(ByteString.Empty) : "";

    // The list, with one element at least.
    private static IList First(FieldDescriptor field, IMessage message)
    {
        var list = (IList)field.Accessor.GetValue(message);
        if (list.Count == 0)
            list.Add(Empty(field));
        return list;
    }

    private static IMessage Element(FieldDescriptor field, IMessage message) => (IMessage)First(field, message)[0]!;

    private static void SetFirst(FieldDescriptor field, IMessage message, object value) => First(field, message)[0] = value;

    // A field that is absent in the sample, such as the other side of a oneof, is there once something in it is set.
    private static IMessage Inner(FieldDescriptor field, IMessage message)
    {
        if (field.Accessor.GetValue(message) is null)
            Fill(field, message);
        return (IMessage)field.Accessor.GetValue(message);
    }

    private static void Fill(FieldDescriptor field, IMessage message) =>
        field.Accessor.SetValue(message, field.MessageType.Parser.ParseFrom(ByteString.Empty));

    private static string Describe(object value) => value switch
    {
        string { Length: > 60 } text => $"{text[..8]}… ({text.Length} characters)",
        string text => $"\"{string.Concat(text.Select(c => char.IsAscii(c) && !char.IsControl(c) ? c.ToString() : $"\\u{(int)c:x4}"))}\"",
        _ => $"{value}",
    };

    private static string Token(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
}

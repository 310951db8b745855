using Google.Protobuf.Reflection;
using Iij.Closing.V1;
using Xunit;

namespace Iij.Tests.Protos;

/// <summary>
/// The contracts against those of the last release, protos/released.binpb: buf knows wire and JSON names, and the measures of
/// statements, which are options that buf does not compare, are compared here.
/// </summary>
public sealed class BreakingTests
{
    private const string Atm = "iij/atmoperations/v1/atmoperations.proto";

    [Fact]
    public async Task Nothing_that_was_released_is_broken()
    {
        var (code, output) = await Buf.RunAsync("breaking", Buf.Protos, "--against", Buf.Released);
        Assert.True(code == 0, $"buf breaking ended with {code} (protos/README.md says what to do):\n{output}");
    }

    [Theory]
    [InlineData("a field's number", Atm, "optional int64 cost_jpy = 3 ", "optional int64 cost_jpy = 33 ")]
    [InlineData("a field's name", Atm, "optional int64 cost_jpy = 3 ", "optional int64 expense_jpy = 3 ")]
    [InlineData("a field's JSON name", Atm, "optional int64 cost_jpy = 3 [", "optional int64 cost_jpy = 3 [json_name = \"cost\", ")]
    [InlineData("a field's type", Atm, "optional int64 cost_jpy = 3 ", "optional string cost_jpy = 3 ")]
    [InlineData("a field that is gone", "iij/money/v1/money.proto", "  int32 scale = 2; // 0 to 18\n", "")]
    [InlineData("an element's field", "iij/closing/v1/measure.proto", "optional int64 amount = 2;", "optional int64 value = 2;")]
    [InlineData("a transition's name", "iij/closing/v1/closing.proto", "TRANSITION_ROLLED_FORWARD = 7", "TRANSITION_ROLLED = 7")]
    [InlineData("a list that is none", Atm, "repeated iij.closing.v1.DatedAmount placed", "optional iij.closing.v1.DatedAmount placed")]
    public async Task A_change_that_breaks_stored_events_is_refused(string what, string file, string was, string becomes)
    {
        var (code, output) = await AgainstReleasedAsync(file, was, becomes);
        Assert.True(code == 100, $"{what}: buf breaking ended with {code}\n{output}");
        Assert.Contains(Path.GetFileName(file), output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Atm, "message AtmOperationsStatement {\n", "message AtmOperationsStatement {\n  optional int64 later_jpy = 900;\n")]
    [InlineData(Atm, "// Cost of revenue, yen, positive.", "// Another word.")]
    public async Task An_addition_is_none(string file, string was, string becomes)
    {
        var (code, output) = await AgainstReleasedAsync(file, was, becomes);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task A_released_statement_field_is_the_same_measure_for_ever() => Assert.Empty(Moved(Released(), await NowAsync()));

    [Fact]
    public void A_measure_that_moved_is_seen()
    {
        // Each is a change that buf takes for harmless: a name, a nature, a unit, a reserved field, a second field of a released measure.
        Action<DescriptorProto>[] changes =
        [
            statement => Measure(Field(statement, "cost_jpy")).Name = "atm.sga",
            statement => Measure(Field(statement, "cost_jpy")).Nature = Nature.Stock,
            statement => Measure(Field(statement, "cost_jpy")).Unit = Money.V1.Unit.JpyMillion,
            statement => Field(statement, "cost_jpy").Options.ClearExtension(MeasureExtensions.Measure),
            statement => statement.Field.Remove(Field(statement, "cost_jpy")),
            statement => statement.Field.Add(Later(Field(statement, "placed_by_date"))),
        ];
        Assert.All(changes, change =>
        {
            var now = Released();
            change(now.File.SelectMany(file => file.MessageType).Single(message => message.Name == "AtmOperationsStatement"));
            Assert.Single(Moved(Released(), now));
        });
    }

    private static async Task<(int Code, string Output)> AgainstReleasedAsync(string file, string was, string becomes)
    {
        var copy = Directory.CreateTempSubdirectory("iij-protos-").FullName;
        try
        {
            foreach (var from in Directory.GetFiles(Buf.Protos, "*", SearchOption.AllDirectories))
            {
                var to = Path.Combine(copy, Path.GetRelativePath(Buf.Protos, from));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(from, to);
            }

            var (path, text) = (Path.Combine(copy, file), await File.ReadAllTextAsync(Path.Combine(copy, file)));
            Assert.Contains(was, text, StringComparison.Ordinal);
            await File.WriteAllTextAsync(path, text.Replace(was, becomes, StringComparison.Ordinal));
            return await Buf.RunAsync("breaking", copy, "--against", Buf.Released);
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    // A statement's field keeps its measure, and a measure keeps its fields: a reader of the release would see half of a measure that
    // is told by one more field, and a field that is gone, its number reserved or not, would be passed over in stored statements.
    private static List<string> Moved(FileDescriptorSet released, FileDescriptorSet now)
    {
        var (before, after) = (Measures(released), Measures(now));
        var known = before.Select(field => field.Value.Name).ToHashSet();
        return
        [
            .. before.Where(field => !field.Value.Equals(after.GetValueOrDefault(field.Key)))
                .Select(field => $"{field.Key} was {field.Value} and is {after.GetValueOrDefault(field.Key)}"),
            .. after.Where(field => !before.ContainsKey(field.Key) && known.Contains(field.Value.Name))
                .Select(field => $"{field.Key} is one more field of the released {field.Value.Name}"),
        ];
    }

    private static Dictionary<string, Measure> Measures(FileDescriptorSet files) => files.File
        .SelectMany(file => file.MessageType.SelectMany(message => message.Field.Select(field => (file, message, field))))
        .Where(found => Measure(found.field) is not null)
        .ToDictionary(found => $"{found.file.Package}.{found.message.Name}.{found.field.Name}", found => Identity(Measure(found.field)));

    // Whether a month must have it, and whether a sign is unusual, are rules of its close, which may change: a statement is read the same.
    private static Measure Identity(Measure measure) => new(measure) { Requirement = Requirement.Unspecified, AnySign = false };

    private static Measure Measure(FieldDescriptorProto field) => field.Options?.GetExtension(MeasureExtensions.Measure)!;

    private static FieldDescriptorProto Field(DescriptorProto message, string name) => message.Field.Single(field => field.Name == name);

    private static FieldDescriptorProto Later(FieldDescriptorProto field) => new(field) { Name = field.Name + "_later", Number = 900 };

    private static FileDescriptorSet Released() => Read(File.ReadAllBytes(Buf.Released));

    private static async Task<FileDescriptorSet> NowAsync()
    {
        var built = Path.GetTempFileName();
        try
        {
            var (code, output) = await Buf.RunAsync("build", Buf.Protos, "--exclude-source-info", "-o", built + "#format=binpb");
            Assert.True(code == 0, output);
            return Read(await File.ReadAllBytesAsync(built));
        }
        finally
        {
            File.Delete(built);
        }
    }

    private static FileDescriptorSet Read(byte[] bytes) =>
        FileDescriptorSet.Parser.WithExtensionRegistry([MeasureExtensions.Measure]).ParseFrom(bytes);
}

using Google.Protobuf.Reflection;
using Iij.Closing.V1;
using Iij.Contracts;
using Xunit;

namespace Iij.Tests.Protos;

/// <summary>Rules of the contracts that a compiler does not know.</summary>
public sealed class ContractTests
{
    [Fact]
    public async Task Buf_lint_finds_nothing()
    {
        var (code, output) = await Buf.RunAsync("lint", Buf.Protos);
        Assert.True(code == 0, $"buf lint ended with {code}:\n{output}");
    }

    [Fact]
    public void Every_write_has_a_request_id_and_every_list_has_pages()
    {
        var wrong = Files().SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .Where(method => IsWrite(method) && method.InputType.FindFieldByName("request_id") is not { FieldNumber: 1 })
            .Select(method => $"{method.FullName}: a write begins with request_id")
            .Concat(Files().SelectMany(file => file.Services).SelectMany(service => service.Methods)
                .Where(method => method.Name.StartsWith("List", StringComparison.Ordinal) && !_bounded.Contains(method.Name)
                    && (method.InputType.FindFieldByName("page_size") is null || method.OutputType.FindFieldByName("next_page_token") is null))
                .Select(method => $"{method.FullName}: a list has page_size, page_token and next_page_token"));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Statement_amounts_are_optional_and_named_after_their_source()
    {
        Assert.Equal(5, MeasureCatalog.Schemas.Count);
        Assert.Equal(["atm", "backlog", "cloud", "group", "network"],
            MeasureCatalog.Measures.Values.Select(measure => measure.Source).Distinct().Order());
        var statements = Files().SelectMany(file => file.MessageTypes).Where(message => MeasureCatalog.Schemas.Contains(message.FullName));
        var wrong = statements.SelectMany(message => message.Fields.InDeclarationOrder())
            .Where(field => MeasureCatalog.MeasureOf(field) is null or { Nature: Nature.Unspecified } or { Unit: Money.V1.Unit.Unspecified }
                || (!field.IsRepeated && !field.HasPresence) || field.IsMap)
            .Select(field => field.FullName);
        Assert.Empty(wrong);
    }

    // Bounded by nature (one row a source, a line or a query), or paged by sequence number.
    private static readonly HashSet<string> _bounded =
        ["ListFigures", "ListSources", "ListRevisions", "ListLines", "ListMeasures", "ListPeriodEvents"];

    private static readonly string[] _reads = ["Get", "List", "Audit", "Compare", "Explain", "FillGaps", "Check", "Watch", "ServerReflection"];

    private static bool IsWrite(MethodDescriptor method) =>
        !method.IsClientStreaming && !_reads.Any(read => method.Name.StartsWith(read, StringComparison.Ordinal));

    private static IEnumerable<FileDescriptor> Files() =>
    [
        ClosingReflection.Descriptor, AtmOperations.V1.AtmoperationsReflection.Descriptor,
        NetworkServices.V1.NetworkservicesReflection.Descriptor, GioCloud.V1.GiocloudReflection.Descriptor,
        SiBacklog.V1.SibacklogReflection.Descriptor, Group.V1.GroupReflection.Descriptor, Reporting.V1.ReportingReflection.Descriptor,
    ];
}

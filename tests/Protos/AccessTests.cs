using Google.Api;
using Google.Protobuf.Reflection;
using Iij.Access.V1;
using Iij.AtmOperations.V1;
using Iij.Closing.V1;
using Iij.GioCloud.V1;
using Iij.Group.V1;
using Iij.NetworkServices.V1;
using Iij.Reporting.V1;
using Iij.SiBacklog.V1;
using Iij.Tests.Servers;
using Xunit;

namespace Iij.Tests.Protos;

/// <summary>Every method says who may call it, and docs/access.md says it to people.</summary>
public sealed class AccessTests
{
    private static readonly Role[] _reading = [Role.Reader, Role.Viewer, Role.PublishedViewer];

    private static readonly ServiceDescriptor[] _services =
    [
        ClosingService.Descriptor, NetworkServicesService.Descriptor, SiBacklogService.Descriptor, GioCloudService.Descriptor,
        AtmOperationsService.Descriptor, GroupService.Descriptor, ReportingService.Descriptor, RemarkService.Descriptor,
        FeedService.Descriptor,
    ];

    private static IEnumerable<MethodDescriptor> All => _services.SelectMany(service => service.Methods);

    [Fact]
    public void Every_method_declares_its_roles() => Assert.All(All, method =>
    {
        Assert.NotEmpty(RolesOf(method));
        Assert.DoesNotContain(Role.Unspecified, RolesOf(method));
    });

    [Fact]
    public void What_changes_something_asks_for_more_than_reading() => Assert.All(
        All.Where(method => method.InputType.FindFieldByName("request_id") is not null || method.IsClientStreaming),
        method => Assert.Empty(RolesOf(method).Intersect(_reading)));

    [Theory]
    [InlineData("PreparePeriod", "ClosePeriod")]
    [InlineData("ReopenPeriod", "ClosePeriod")]
    [InlineData("SignOffPeriod", "ApproveEdition")]
    [InlineData("DefineLines", "ApproveLines")]
    public void Two_steps_ask_for_two_roles(string first, string second) => Assert.Empty(Roles(first).Intersect(Roles(second)));

    [Fact]
    public void The_page_of_access_is_what_the_protos_say()
    {
        var file = Path.Combine(Checkout.Root, "docs", "access.md");
        if (Environment.GetEnvironmentVariable("IIJ_RENEW") == "1")
            File.WriteAllText(file, Document());
        Assert.True(File.Exists(file) && File.ReadAllText(file) == Document(),
            "docs/access.md is not what the protos say; renew it: IIJ_RENEW=1 dotnet test tests/Protos --filter AccessTests");
    }

    private static IReadOnlyList<Role> Roles(string method) => RolesOf(All.Single(one => one.Name == method));

    private static IReadOnlyList<Role> RolesOf(MethodDescriptor method) => [.. method.GetOptions().GetExtension(AccessExtensions.Access).Roles];

    private static string Document() => string.Join('\n',
    [
        """
        # Who may call what

        Made from the option `access` in `protos/iij` by `tests/Protos`; change it there. It holds for gRPC, JSON over HTTP and streams alike, where the
        setting `Identity__Authority` names an issuer. One of the roles is enough. A role of a source is granted for one source or for all: `closer:network`,
        `closer:*`; the others stand alone: `group_approver`. Every role of a source, `viewer`, `auditor`, `announcer` and `service` include `reader`;
        `group_accountant`, `group_approver`, `model_editor` and `auditor` include `viewer`, which includes `published_viewer`. Health checks ask for no token.

        | role | of | may |
        |---|---|---|
        """,
        .. Enum.GetValues<Role>().Where(role => role != Role.Unspecified).Select(role =>
            $"| `{Name(role)}` | {(role <= Role.Reader ? "a source" : "the system")} | "
            + $"{string.Join(", ", All.Where(method => RolesOf(method).Contains(role)).Select(method => $"`{method.Name}`").Distinct())} |"),
        .. _services.SelectMany(Section),
        "",
    ]);

    private static IEnumerable<string> Section(ServiceDescriptor service) =>
    [
        "", $"## {service.FullName}", "", "| method | over HTTP | roles |", "|---|---|---|",
        .. service.Methods.Select(method =>
            $"| `{method.Name}` | {PathOf(method)} | {string.Join(", ", RolesOf(method).Select(role => $"`{Name(role)}`"))} |"),
    ];

    private static string PathOf(MethodDescriptor method) => method.GetOptions().GetExtension(AnnotationsExtensions.Http) switch
    {
        { Get.Length: > 0 } rule => $"`GET {rule.Get}`",
        { Post.Length: > 0 } rule => $"`POST {rule.Post}`",
        _ => method.Name == "Watch" ? "`GET /api/v1/watch`" : "",
    };

    private static string Name(Role role) => string.Concat(
        role.ToString().Select((c, at) => char.IsUpper(c) ? (at > 0 ? "_" : "") + char.ToLowerInvariant(c) : $"{c}"));
}

using System.Security.Cryptography;
using Google.Protobuf.Reflection;
using Iij.Access.V1;
using Microsoft.IdentityModel.Tokens;

namespace Iij.Tests.Access;

/// <summary>Every method of every service with every kind of token: what is not declared is refused, and writes nothing.</summary>
public sealed class WalkTests(World world) : IClassFixture<World>
{
    private static readonly Role[] _ofSource = [Role.Recorder, Role.Corrector, Role.Preparer, Role.Closer, Role.Reopener, Role.Reader];
    private static readonly Role[] _viewers = [Role.GroupAccountant, Role.GroupApprover, Role.ModelEditor, Role.Auditor, Role.Viewer];
    private static readonly Role[] _all = [.. Enum.GetValues<Role>().Where(role => role != Role.Unspecified)];
    private static readonly string[] _everything = [.. _all.Select(role => $"{Name(role)}:*"), .. _all.Select(Name)];
    private static readonly string[] _two = ["alice", "bob"];

    [Fact]
    public async Task Without_a_valid_token_no_method_of_any_service_is_reached_and_nothing_is_written()
    {
        var before = await world.RowsAsync();
        var faults = new List<string>();
        foreach (var (what, token, reason) in Bad())
        {
            foreach (var (service, method) in Everything())
            {
                var refused = await Methods.RefusedAsync(world[service], method, World.Bearer(token, "alice"));
                if (refused != $"Unauthenticated {reason}")
                    faults.Add($"{service} {method.FullName} with {what}: {refused}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(20)));
        Assert.Equal(before, await world.RowsAsync());
    }

    [Fact]
    public async Task A_role_reaches_the_methods_that_declare_it_and_no_other_and_a_refused_call_writes_nothing()
    {
        var (before, faults, refusals) = (await world.RowsAsync(), new List<string>(), 0);
        foreach (var role in _all)
        {
            foreach (var (service, method) in Everything())
            {
                foreach (var source in _ofSource.Contains(role) ? new[] { service, "*", "elsewhere" } : [""])
                {
                    var may = Methods.RolesOf(method).Any(asked => Includes(role, asked)) && source != "elsewhere";
                    var token = world.Issuer.TokenOf("alice", Name(role) + (source.Length > 0 ? $":{source}" : ""));
                    var refused = await Methods.RefusedAsync(world[service], method, World.Bearer(token));
                    refusals += may ? 0 : 1;
                    if (may ? refused.EndsWith("ROLE_MISSING", StringComparison.Ordinal) : refused != "PermissionDenied ROLE_MISSING")
                        faults.Add($"{service} {method.FullName} as {role} of {source}: {refused}");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(20)));
        Assert.True(refusals > 1_000);
        // A request without a field is refused by the method itself: nothing of it is written either.
        Assert.Equal(before, await world.RowsAsync());
    }

    [Theory]
    [InlineData("recorder", "ClosePeriod")]
    [InlineData("preparer", "ClosePeriod")]
    [InlineData("closer", "PreparePeriod")]
    [InlineData("closer", "ReverseEntry")]
    [InlineData("reader", "BeginIncarnation")]
    [InlineData("reopener", "LockForEdition")]
    [InlineData("recorder", "AuditTotals")]
    public async Task Duties_at_a_source_are_apart(string role, string method)
    {
        var descriptor = Methods.Of("network").Single(one => one.Name == method);
        var token = world.Issuer.TokenOf("alice", $"{role}:network");
        Assert.Equal("PermissionDenied ROLE_MISSING", await Methods.RefusedAsync(world["network"], descriptor, World.Bearer(token)));
    }

    // What a token may lack or have too much of.
    private IEnumerable<(string What, string? Token, string Reason)> Bad()
    {
        var claims = new Dictionary<string, object> { ["sub"] = "alice", ["roles"] = _everything };
        var issuer = world.Issuer;
        var good = issuer.Token(claims);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        yield return ("no token", null, "ACCESS_TOKEN_MISSING");
        yield return ("no JWT", "alice", "ACCESS_TOKEN_INVALID");
        yield return ("expired", issuer.Token(claims, lasts: TimeSpan.FromMinutes(-2)), "ACCESS_TOKEN_INVALID");
        yield return ("another audience", issuer.Token(claims, audience: "payroll"), "ACCESS_TOKEN_INVALID");
        yield return ("another issuer", issuer.Token(claims, issuer: "https://login.example/"), "ACCESS_TOKEN_INVALID");
        yield return ("a changed signature", good[..^4] + (good.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA"), "ACCESS_TOKEN_INVALID");
        yield return ("a key that the issuer does not publish", issuer.Token(claims,
            credentials: new SigningCredentials(new ECDsaSecurityKey(other) { KeyId = "revoked" }, SecurityAlgorithms.EcdsaSha256)), "ACCESS_TOKEN_INVALID");
        yield return ("a shared secret", issuer.Token(claims,
            credentials: new SigningCredentials(new SymmetricSecurityKey(new byte[64]), SecurityAlgorithms.HmacSha256)), "ACCESS_TOKEN_INVALID");
        yield return ("no subject", issuer.Token(new() { ["roles"] = claims["roles"] }), "ACCESS_TOKEN_INVALID");
        yield return ("two subjects", issuer.Token(new() { ["sub"] = _two, ["roles"] = claims["roles"] }), "ACCESS_TOKEN_INVALID");
        yield return ("a subject that is not shown", issuer.Token(new() { ["sub"] = "bob\u200b", ["roles"] = claims["roles"] }), "ACCESS_TOKEN_INVALID");
    }

    private IEnumerable<(string Service, MethodDescriptor Method)> Everything() =>
        world.Services.SelectMany(service => Methods.Of(service).Select(method => (service, method)));

    // Written apart from the services' own rule.
    private static bool Includes(Role granted, Role asked) => granted == asked
        || (asked == Role.Reader && (_ofSource.Contains(granted) || _viewers.Contains(granted) || granted is Role.Service or Role.Announcer))
        || (asked is Role.Viewer or Role.PublishedViewer && _viewers.Contains(granted));

    private static string Name(Role role) => role switch
    {
        Role.GroupAccountant => "group_accountant",
        Role.GroupApprover => "group_approver",
        Role.ModelEditor => "model_editor",
        Role.PublishedViewer => "published_viewer",
        _ => role.ToString().ToLowerInvariant(),
    };
}

using Google.Api;
using Google.Protobuf.Reflection;
using Iij.Closing.V1;
using Iij.Group.V1;
using Iij.Reporting.V1;
using Xunit;

namespace Iij.Tests.Protos;

/// <summary>What a person does over gRPC, he can do over HTTP: the protos give each such RPC a path.</summary>
public sealed class HttpPathTests
{
    [Theory]
    [InlineData(typeof(ReportingReflection))]
    [InlineData(typeof(ClosingReflection))]
    [InlineData(typeof(GroupReflection))]
    [InlineData(typeof(AtmOperations.V1.AtmoperationsReflection))]
    [InlineData(typeof(GioCloud.V1.GiocloudReflection))]
    [InlineData(typeof(NetworkServices.V1.NetworkservicesReflection))]
    [InlineData(typeof(SiBacklog.V1.SibacklogReflection))]
    public void Every_RPC_has_a_path_that_no_other_has(System.Type contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        var file = (FileDescriptor)contract.GetProperty("Descriptor")!.GetValue(null)!;
        // A stream of requests has no form in JSON.
        var methods = file.Services.SelectMany(service => service.Methods).Where(method => !method.IsClientStreaming).ToList();
        Assert.NotEmpty(methods);
        foreach (var method in methods)
        {
            var rule = method.GetOptions()?.GetExtension(AnnotationsExtensions.Http);
            Assert.True(rule is not null, $"{method.FullName} has no google.api.http");
            Assert.StartsWith("/api/v1/", rule.Get + rule.Post, StringComparison.Ordinal);
            // A write has a request id: it is a POST with a body, and nothing else is a write.
            Assert.Equal(rule.Post.Length > 0 ? "*" : "", rule.Body);
            if (method.InputType.FindFieldByName("request_id") is not null)
                Assert.NotEmpty(rule.Post);
        }

        Assert.Equal(methods.Count, methods.Select(method => method.GetOptions().GetExtension(AnnotationsExtensions.Http))
            .Select(rule => (rule.PatternCase, rule.Get + rule.Post)).Distinct().Count());
    }
}

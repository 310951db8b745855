using Iij.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi.Models;

namespace Iij.Platform;

/// <summary>The description of the JSON of a service, OpenAPI, made from its protos by the framework: /api/v1/openapi.json.</summary>
internal static class OpenApi
{
    // Who forwards to a service names in this header the path that stands for /api/v1 there.
    private const string ForwardedPrefix = "X-Forwarded-Prefix";
    private const string Document = "openapi";

    /// <summary>Adds the generator.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddGrpcSwagger();
        services.AddSwaggerGen(description =>
        {
            description.SwaggerDoc(Document, new() { Title = "Period close and consolidated view", Version = "v1" });
            // The comments of the protos, which the compiler of the protos writes into the C# that it makes.
            description.IncludeGrpcXmlComments(Path.ChangeExtension(typeof(MeasureCatalog).Assembly.Location, ".xml"), includeControllerXmlComments: true);
        });
    }

    /// <summary>Maps the description.</summary>
    public static void Map(WebApplication app, Listener listener) => app.MapSwagger(JsonCalls.Root + "/{documentName}.json", swagger =>
        swagger.PreSerializeFilters.Add((document, request) =>
        {
            if (request.Headers[ForwardedPrefix].ToString() is { Length: > 0 } prefix)
                MoveBelow(document, prefix);
        })).At(listener);

    private static void MoveBelow(OpenApiDocument document, string prefix)
    {
        document.Servers = [new OpenApiServer { Url = prefix }];
        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths)
            paths.Add(path[JsonCalls.Root.Length..], item);
        document.Paths = paths;
    }
}

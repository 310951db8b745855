using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi.Models;

namespace Iij.Platform;

/// <summary>The description of the JSON of a service, OpenAPI, made from its protos by the framework: /api/v1/openapi.json.</summary>
internal static class OpenApi
{
    // Who forwards to a service says so; the paths of the description are then below its own.
    private const string ForwardedPrefix = "X-Forwarded-Prefix";
    private const string Document = "openapi";

    /// <summary>Adds the generator.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddGrpcSwagger();
        services.AddSwaggerGen(description => description.SwaggerDoc(Document, new() { Title = "Period close and consolidated view", Version = "v1" }));
    }

    /// <summary>Maps the description.</summary>
    public static void Map(WebApplication app, Listener listener) => app.MapSwagger("/api/v1/{documentName}.json", swagger =>
        swagger.PreSerializeFilters.Add((document, request) =>
        {
            if (request.Headers[ForwardedPrefix].ToString() is { Length: > 0 } prefix)
                document.Servers = [new OpenApiServer { Url = prefix }];
        })).At(listener);
}

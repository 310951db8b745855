using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using Iij.Contracts;
using Iij.Platform;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Iij.Reporting;

/// <summary>
/// The page at the HTTP address: files that the build took from services/Dashboard/dist into this assembly, and what holds of every
/// answer there, whose ever it is: what a browser may do with it, under which names it is given, and how much may be sent.
/// </summary>
public static class Page
{
    private const string Folder = "page/";
    private const int BodyBytesMax = 64 * 1024;
    private static readonly StringSegment[] _thisMachine = ["localhost", "127.0.0.1", "[::1]"];

    // Charts set style attributes; nothing else of the page is inline, and nothing comes from elsewhere.
    private static readonly (string Name, string Value)[] _headers =
    [
        (HeaderNames.ContentSecurityPolicy, "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
            + "connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
        (HeaderNames.XContentTypeOptions, "nosniff"), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ];

    /// <summary>Guards everything at the HTTP address; whatever is mapped there comes after.</summary>
    public static void UseHttpListener(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var settings = app.Services.GetRequiredService<ServiceSettings>();
        app.UseWhen(context => context.ListenerOf() == Listener.Http, http => http.Use(async (HttpContext context, RequestDelegate next) =>
        {
            foreach (var (name, value) in _headers)
                context.Response.Headers[name] = value;
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = BodyBytesMax;
            if (HttpMethods.IsHead(context.Request.Method) && context.Request.Path.StartsWithSegments(JsonCalls.Root) && !IsStream(context))
                context.Request.Method = HttpMethods.Get; // the server leaves out the body of the answer by itself
            if (IsKnown(context.Request.Host.Host, settings))
                await next(context);
            else
                await JsonCalls.RefuseAsync(context, UnknownHost(context.Request.Host.Host), ReportingHost.Domain, StatusCodes.Status421MisdirectedRequest);
        }));
    }

    /// <summary>Maps the files, index.html at "/".</summary>
    public static void MapPage(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var files = app.MapGroup("").ExcludeFromDescription().At(Listener.Http);
        foreach (var resource in Resources())
        {
            var (path, bytes) = (resource[Folder.Length..].Replace('\\', '/'), Read(resource));
            var type = new FileExtensionContentTypeProvider().TryGetContentType(path, out var known) ? known : "application/octet-stream";
            var etag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"");
            files.MapMethods(path == "index.html" ? "/" : path, [HttpMethods.Get, HttpMethods.Head], (HttpResponse response) =>
            {
                response.Headers.CacheControl = "no-cache"; // the names stay the same: a cache asks whether its copy is still current
                return Results.Bytes(bytes, type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type, entityTag: etag);
            });
        }

        if (!Resources().Contains(Folder + "index.html"))
            files.MapGet("/", (HttpContext context) => JsonCalls.RefuseAsync(context, new(Reason.PageMissing,
                "this build has no page: services/Dashboard/dist was empty; the API describes itself at /api/v1/openapi.json"), ReportingHost.Domain));
    }

    // A stream without its body would never end.
    private static bool IsStream(HttpContext context) => context.Request.Path.StartsWithSegments(JsonCalls.Root + "/watch");

    private static IEnumerable<string> Resources() =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal));

    private static byte[] Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    // An address written in figures is not a name that somebody else's server could have resolved to us.
    private static bool IsKnown(string host, ServiceSettings settings) =>
        HostString.MatchesAny(host, [.. _thisMachine, .. settings.HttpHosts.Select(name => new StringSegment(name))])
        || (IPAddress.TryParse(host, out _) && !new Uri(settings.Http).IsLoopback);

    private static Refusal UnknownHost(string host) =>
        new(Reason.HostUnknown, "this address is not reached by that name; the setting HttpHosts names those that it is", ("host", host));
}

using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// The OpenAPI document of the HTTP API. Schemas are made from the protos' descriptors, because JSON is the proto3 JSON of the gRPC
/// responses: what a generator that reads C# classes would tell of them is not what is sent.
/// </summary>
public static class OpenApi
{
    private const string Json = "application/json";

    private static readonly (string Path, string Summary, string MediaType, MessageDescriptor Answer, (string Name, string What)[] Query)[] _paths =
    [
        ("/api/v1/views/{period}", "Every consolidated line of a period.", Json, GetViewResponse.Descriptor,
            [("unit", "UNIT_JPY, UNIT_JPY_MILLION (default) or UNIT_JPY_BILLION"), AsOf]),
        ("/api/v1/lineage", "How a figure comes about, down to the event and revision of each fact.", Json, GetLineageResponse.Descriptor,
            [("line", "a consolidated line or a measure"), ("period", "2012-12, FY2012-Q3, FY2012-H1, FY2012-9M, FY2012 or 2012-05-15"),
                ("kind", "KIND_AMOUNT, KIND_YOY_PERCENT, …"), ("unit", "UNIT_JPY_MILLION, …"), ("decimals", "0 to 9"),
                ("since", "KIND_CHANGE_SINCE only"), AsOf]),
        ("/api/v1/data-status", "Sources × months: which revision stands, what is impacted, submitted or held.", Json,
            ListDataStatusResponse.Descriptor,
            [("period", "empty: every month anything is known of"), ("page_size", "0 to 1,000"), ("page_token", "of the page before"), AsOf]),
        ("/api/v1/sources", "Per source: incarnation, last sequence number, and which are missing.", Json, ListSourcesResponse.Descriptor, []),
        ("/api/v1/watch", "Server-sent events: snapshot, end of snapshot, changes, bookmarks, resets. The id of an event is its token; "
            + "Last-Event-ID resumes. Exactly one of view, figures, table, several, data_status and period_events.", "text/event-stream", WatchResponse.Descriptor,
            [("view", "a period"), ("unit", "of the view"), ("figures", "proto3 JSON of WatchedFigures"),
                ("table", "proto3 JSON of WatchedTable"), ("several", "proto3 JSON of WatchedSeveral"),
                ("data_status", "a period, or empty for every month"), ("period_events", "a period, or empty for every month"),
                ("source", "of the period events"), ("token", "instead of Last-Event-ID")]),
    ];

    private static (string Name, string What) AsOf => ("as_of", "a number of knowledge, or a time as 2013-02-13T00:00:00Z; absent: now");

    /// <summary>The document, OpenAPI 3.1.</summary>
    public static JsonObject Document()
    {
        var schemas = new JsonObject { ["Problem"] = Problem() };
        var paths = new JsonObject();
        foreach (var path in _paths)
        {
            Describe(path.Answer, schemas);
            paths[path.Path] = new JsonObject
            {
                ["get"] = new JsonObject
                {
                    ["summary"] = path.Summary, ["parameters"] = new JsonArray([.. Parameters(path.Path, path.Query)]),
                    ["responses"] = new JsonObject
                    {
                        ["200"] = Answer("the answer", path.MediaType, Reference(path.Answer.Name)),
                        ["default"] = Answer("a refusal, with its reason", "application/problem+json", Reference("Problem")),
                    },
                },
            };
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0", ["info"] = new JsonObject { ["title"] = "Consolidated view", ["version"] = "v1" },
            ["paths"] = paths, ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static IEnumerable<JsonNode> Parameters(string path, (string Name, string What)[] query)
    {
        if (path.Contains("{period}", StringComparison.Ordinal))
            yield return Parameter("period", "path", "2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012");
        foreach (var (name, what) in query)
            yield return Parameter(name, "query", what);
    }

    private static JsonObject Parameter(string name, string place, string what) => new()
    {
        ["name"] = name, ["in"] = place, ["required"] = place == "path", ["description"] = what, ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Answer(string what, string mediaType, JsonNode schema) => new()
    {
        ["description"] = what, ["content"] = new JsonObject { [mediaType] = new JsonObject { ["schema"] = schema } },
    };

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    // Every message that an answer can hold, once.
    private static void Describe(MessageDescriptor message, JsonObject schemas)
    {
        if (schemas.ContainsKey(message.Name))
            return;
        var properties = new JsonObject();
        schemas[message.Name] = new JsonObject { ["type"] = "object", ["properties"] = properties };
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            var one = Schema(field, schemas);
            properties[field.JsonName] = field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = one } : one;
        }
    }

    private static JsonObject Schema(FieldDescriptor field, JsonObject schemas)
    {
        switch (field.FieldType)
        {
            case FieldType.Message when field.MessageType.FullName == Timestamp.Descriptor.FullName:
                return new JsonObject { ["type"] = "string", ["format"] = "date-time" };
            case FieldType.Message:
                Describe(field.MessageType, schemas);
                return Reference(field.MessageType.Name);
            case FieldType.Enum:
                var names = field.EnumType.Values.Select(value => (JsonNode)JsonValue.Create(value.Name));
                return new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. names]) };
            case FieldType.Int64:
                return new JsonObject { ["type"] = "string", ["format"] = "int64" };
            case FieldType.Int32:
                return new JsonObject { ["type"] = "integer", ["format"] = "int32" };
            case FieldType.Bool:
                return new JsonObject { ["type"] = "boolean" };
            default:
                return new JsonObject { ["type"] = "string" };
        }
    }

    private static JsonObject Problem() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["title"] = new JsonObject { ["type"] = "string" }, ["status"] = new JsonObject { ["type"] = "integer" },
            ["detail"] = new JsonObject { ["type"] = "string" }, ["reason"] = new JsonObject { ["type"] = "string" },
            ["domain"] = new JsonObject { ["type"] = "string" }, ["metadata"] = new JsonObject { ["type"] = "object" },
        },
    };
}

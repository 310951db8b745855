using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Iij.Closing.V1;
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
            [.. Figure, AsOf]),
        ("/api/v1/figure-history", "The versions of a figure, newest first, and what made each.", Json, GetFigureHistoryResponse.Descriptor, Figure),
        ("/api/v1/data-status", "Sources × months: which revision stands, what is impacted, submitted or held.", Json,
            ListDataStatusResponse.Descriptor,
            [("period", "empty: every month anything is known of"), ("page_size", "0 to 1,000"), ("page_token", "of the page before"), AsOf]),
        ("/api/v1/sources", "Per source: incarnation, last sequence number, and which are missing.", Json, ListSourcesResponse.Descriptor, []),
        ("/api/v1/watch", "Server-sent events: snapshot, end of snapshot, changes, bookmarks, resets. The id of an event is its token; "
            + "Last-Event-ID resumes. Exactly one of view, figures, table, several, data_status and period_events.", "text/event-stream",
            WatchResponse.Descriptor,
            [("view", "a period"), ("unit", "of the view"), ("figures", "proto3 JSON of WatchedFigures"),
                ("table", "proto3 JSON of WatchedTable"), ("several", "proto3 JSON of WatchedSeveral"),
                ("data_status", "a period, or empty for every month"), ("period_events", "a period, or empty for every month"),
                ("source", "of the period events"), ("token", "instead of Last-Event-ID")]),
        ("/api/v1/sources/{source}", "What a source says of itself.", Json, GetSourceResponse.Descriptor, []),
        ("/api/v1/sources/{source}/periods", "The months of a source that have a state, oldest first.", Json, ListPeriodsResponse.Descriptor,
            [("page_size", "0 to 1,000"), ("page_token", "of the page before")]),
        ("/api/v1/sources/{source}/periods/{month}/trial-statement", "The trial statement of a month, and the findings of the validations.",
            Json, GetTrialStatementResponse.Descriptor, []),
    ];

    private static readonly (string Path, string Summary, MessageDescriptor Answer, bool HasReason)[] _transitions =
    [
        ("/api/v1/sources/{source}/periods/{month}/prepare", "Soft close.", PreparePeriodResponse.Descriptor, false),
        ("/api/v1/sources/{source}/periods/{month}/return", "Return a prepared month to open.", ReturnPeriodResponse.Descriptor, true),
        ("/api/v1/sources/{source}/periods/{month}/close", "Hard close, by another person than prepared.", ClosePeriodResponse.Descriptor, false),
        ("/api/v1/sources/{source}/periods/{month}/reopen", "Opens a closed month again.", ReopenPeriodResponse.Descriptor, true),
    ];

    private static readonly (string Name, string What)[] _inPaths =
    [
        ("period", "2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012"), ("source", "network, backlog, cloud, atm or group"), ("month", "2012-12"),
    ];

    private static (string Name, string What)[] Figure =>
    [
        ("line", "a consolidated line or a measure"), ("period", "2012-12, FY2012-Q3, FY2012-H1, FY2012-9M, FY2012 or 2012-05-15"),
        ("kind", "KIND_AMOUNT, KIND_YOY_PERCENT, …"), ("unit", "UNIT_JPY_MILLION, …"), ("decimals", "0 to 9"), ("since", "KIND_CHANGE_SINCE only"),
    ];

    private static (string Name, string What) AsOf => ("as_of", "a number of knowledge, or a time as 2013-02-13T00:00:00Z; absent: now");

    /// <summary>The document, OpenAPI 3.1.</summary>
    public static JsonObject Document()
    {
        var schemas = new JsonObject { ["Problem"] = Problem(), ["Session"] = Texts("actor", "from") };
        var paths = new JsonObject();
        foreach (var path in _paths)
        {
            Describe(path.Answer, schemas);
            paths[path.Path] = new JsonObject
            {
                ["get"] = Operation(path.Path, path.Summary, path.Query, Answer("the answer", path.MediaType, Reference(path.Answer.Name))),
            };
        }

        foreach (var (path, summary, answer, hasReason) in _transitions)
        {
            Describe(answer, schemas);
            var operation = Operation(path, summary + " The same requestId again gets the first answer.", [],
                Answer("the answer", Json, Reference(answer.Name)));
            operation["parameters"]!.AsArray().Add(Parameter("Iij-Acting-As", "header", "whom the page shows; refused (ACTOR_DIFFERS) where another acts now"));
            operation["requestBody"] = Body(hasReason ? Texts("requestId", "reason") : Texts("requestId"));
            paths[path] = new JsonObject { ["post"] = operation };
        }

        paths["/api/v1/session"] = Session();
        return new JsonObject
        {
            ["openapi"] = "3.1.0", ["info"] = new JsonObject { ["title"] = "Consolidated view", ["version"] = "v1" },
            ["paths"] = paths, ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static JsonObject Operation(string path, string summary, (string Name, string What)[] query, JsonObject answer) => new()
    {
        ["summary"] = summary, ["parameters"] = new JsonArray([.. Parameters(path, query)]),
        ["responses"] = new JsonObject
        {
            ["200"] = answer, ["default"] = Answer("a refusal, with its reason", "application/problem+json", Reference("Problem")),
        },
    };

    // The page's own word for who acts; where a proxy says so, it is shown and cannot be changed here.
    private static JsonObject Session()
    {
        JsonObject Of(string summary) => Operation("/api/v1/session", summary, [],
            Answer("who acts, and what says so: cookie, header or nothing", Json, Reference("Session")));
        var begin = Of("Says who acts from now on; a cookie keeps it.");
        begin["requestBody"] = Body(Texts("actor"));
        return new JsonObject
        {
            ["get"] = Of("Who acts."), ["post"] = begin, ["delete"] = Of("Nobody acts from now on. Content-Type: application/json, as of every write."),
        };
    }

    private static JsonObject Body(JsonObject schema) => new()
    {
        ["required"] = true, ["content"] = new JsonObject { [Json] = new JsonObject { ["schema"] = schema } },
    };

    private static JsonObject Texts(params string[] names) => new()
    {
        ["type"] = "object", ["required"] = new JsonArray([.. names.Select(name => (JsonNode)name)]),
        ["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["type"] = "string" }))),
    };

    private static IEnumerable<JsonNode> Parameters(string path, (string Name, string What)[] query) =>
        [.. _inPaths.Where(known => path.Contains($"{{{known.Name}}}", StringComparison.Ordinal)).Select(known => Parameter(known.Name, "path", known.What)),
            .. query.Select(asked => Parameter(asked.Name, "query", asked.What))];

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

using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Iij.Contracts;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Iij.Platform;

/// <summary>
/// The request of an RPC as it comes in a path, a query and a body. Transcoding ignores a parameter or a field that the request does not
/// have, and takes the path's where one is given twice: a misspelt unit would be answered in another. Here it is refused.
/// </summary>
/// <param name="json">What transcoding knows of the RPC.</param>
internal sealed partial class JsonRequest(GrpcJsonTranscodingMetadata json)
{
    private static readonly UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);
    private readonly MessageDescriptor _message = json.MethodDescriptor.InputType;
    private readonly bool _hasBody = json.HttpRule.Body == "*";

    // The fields that the path names: "month" of "/periods/{month.year}/{month.month}".
    private readonly HashSet<string> _inPath = [.. InBraces().Matches(json.HttpRule.Get + json.HttpRule.Post).Select(found => found.Groups[1].Value)];

    /// <summary>The method that the request calls.</summary>
    public string Method { get; } = CallAccess.PathOf(json.MethodDescriptor);

    /// <summary>Refuses a query or a body that is not the request's; the body can be read again afterwards.</summary>
    public async Task RequireReadableAsync(HttpRequest request)
    {
        foreach (var name in request.Query.Keys)
            RequireParameter(name);
        if (_hasBody)
            RequireBody(await ReadAsync(request));
    }

    /// <summary>The refusal of what could not be read.</summary>
    /// <param name="why">What the reader says of it.</param>
    public Refusal Unreadable(string why) => _hasBody
        ? new(Reason.BodyInvalid, $"the body or the path cannot be read as {_message.Name}: {why}")
        : new(Reason.QueryInvalid, $"the query or the path cannot be read as {_message.Name}: {why}", ("field", "query"));

    private void RequireParameter(string name)
    {
        if (_hasBody)
            throw new Refusal(Reason.QueryInvalid, $"{name}: {_message.Name} is given in the body, not in the query", ("field", name));
        if (!HasField(_message, name))
            throw new Refusal(Reason.QueryInvalid, $"{name}: {_message.Name} has no such field", ("field", name));
        if (_inPath.Contains(name.Split('.')[0]))
            throw new Refusal(Reason.QueryInvalid, $"{name} is in the path, not in the query", ("field", name));
    }

    private void RequireBody(string body)
    {
        var message = Parse(body);
        if (_message.Fields.InDeclarationOrder().FirstOrDefault(field => _inPath.Contains(field.Name) && IsGiven(field, message)) is { } twice)
            throw Refusal.Field(twice.Name, "is in the path, not in the body");
    }

    private IMessage Parse(string body)
    {
        try
        {
            return JsonParser.Default.Parse(body, _message);
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw Unreadable(error.Message);
        }
    }

    private async Task<string> ReadAsync(HttpRequest request)
    {
        var http = request.HttpContext;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = UnreadableMessages.BytesMax;
        try
        {
            var bytes = new MemoryStream();
            await request.Body.CopyToAsync(bytes, http.RequestAborted);
            bytes.Position = 0;
            request.Body = bytes;
            return _utf8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new Refusal(Reason.MessageTooLarge, $"a body has at most {UnreadableMessages.BytesMax} bytes; send less at a time");
        }
        catch (DecoderFallbackException)
        {
            throw Unreadable("it is not UTF-8");
        }
    }

    private static bool IsGiven(FieldDescriptor field, IMessage message) => field.FieldType == FieldType.Message || field.HasPresence
        ? field.Accessor.GetValue(message) is not null && field.Accessor.HasValue(message)
        : field.Accessor.GetValue(message) is not ("" or 0 or 0L);

    // "month.year" is the field year of the message in the field month; both spellings of a name are the field's.
    private static bool HasField(MessageDescriptor message, string path)
    {
        var (name, rest) = path.Split('.', 2) is [var first, var more] ? (first, more) : (path, "");
        var field = message.Fields.InDeclarationOrder().FirstOrDefault(field => field.Name == name || field.JsonName == name);
        if (field is null)
            return false;
        return rest.Length == 0 || (field.FieldType == FieldType.Message && HasField(field.MessageType, rest));
    }

    [GeneratedRegex(@"\{(\w+)")]
    private static partial Regex InBraces();
}

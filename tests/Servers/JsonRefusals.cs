using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Iij.Tests.Servers;

/// <summary>How a client reads an error of the JSON API.</summary>
public static class JsonRefusals
{
    private static readonly JsonParser _parser = new(JsonParser.Settings.Default.WithTypeRegistry(
        TypeRegistry.FromMessages(ErrorInfo.Descriptor, BadRequest.Descriptor)));

    /// <summary>The ErrorInfo of google.rpc.Status as proto3 JSON.</summary>
    public static ErrorInfo InfoOf(string text) => _parser.Parse<Status>(text).GetDetail<ErrorInfo>() ?? throw new InvalidDataException(text);

    /// <summary>The ErrorInfo of an answer's body.</summary>
    public static async Task<ErrorInfo> InfoOfAsync(HttpResponseMessage answer) => InfoOf(await answer.Content.ReadAsStringAsync());
}

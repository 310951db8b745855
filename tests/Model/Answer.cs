using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Iij.Closing.V1;

namespace Iij.Tests.Model;

/// <summary>What a call was answered: a response, or why it was refused.</summary>
public sealed record Answer(IMessage? Response, StatusCode Code, ErrorInfo? Info, string Detail)
{
    /// <summary>The machine-readable reason; empty where it was not refused.</summary>
    public string Reason => Info?.Reason ?? "";

    public bool IsOk => Response is not null;

    public T As<T>()
        where T : class, IMessage => Response as T ?? throw new InvalidOperationException($"refused: {Code} {Reason} {Detail}");

    /// <summary>The receipt of a recorded entry, whatever kind of entry it is.</summary>
    public EntryReceipt Receipt => (EntryReceipt)As<IMessage>().Descriptor.FindFieldByName("receipt").Accessor.GetValue(Response);

    public override string ToString() => IsOk ? $"ok {Response}" : $"{Code} {Reason}: {Detail}";
}

using Grpc.Core;

namespace Iij.Contracts;

// What every process refuses.
public sealed partial record Reason
{
    /// <summary>A field is not as the contract says.</summary>
    public static Reason FieldInvalid { get; } = new("FIELD_INVALID", StatusCode.InvalidArgument, "入力が正しくありません", "field")
    {
        OtherKeys = ["index"], // of several queries
        Way = new("Correct the field that is named.", "示された項目を修正してください。"),
    };

    /// <summary>The bytes cannot be read as the method's request.</summary>
    public static Reason MessageUnreadable { get; } = new("MESSAGE_UNREADABLE", StatusCode.InvalidArgument, "要求を読み取れません")
    {
        Way = new("Make the request from the service's protos.", "サービスのprotoから要求を作成してください。"),
    };

    /// <summary>A message or a body is over the limit.</summary>
    public static Reason MessageTooLarge { get; } = new("MESSAGE_TOO_LARGE", StatusCode.ResourceExhausted, "要求が大きすぎます")
    {
        Way = new("Send less at a time.", "分割して送ってください。"),
    };

    /// <summary>The headers of a call are over the limit.</summary>
    public static Reason HeadersTooLarge { get; } = new("HEADERS_TOO_LARGE", StatusCode.ResourceExhausted, "ヘッダーが大きすぎます")
    {
        Way = new("Send smaller metadata, such as a smaller token.", "トークンなどのメタデータを小さくしてください。"),
    };

    /// <summary>The service is starting and waits for its database.</summary>
    public static Reason NotReady { get; } = new("NOT_READY", StatusCode.Unavailable, "サーバーは起動中です")
    {
        Way = new("Try again.", "しばらくしてから再度お試しください。"),
    };

    /// <summary>The database is unavailable, restarting or full; nothing was acknowledged.</summary>
    public static Reason StorageUnavailable { get; } = new("STORAGE_UNAVAILABLE", StatusCode.Unavailable, "データベースに接続できません")
    {
        Way = new("Send the same request_id again.", "同じrequest_idで再送してください。"),
    };

    /// <summary>The service failed; nothing was acknowledged.</summary>
    public static Reason Internal { get; } = new("INTERNAL", StatusCode.Internal, "サービスの内部エラーです")
    {
        Way = new("Send the same request_id again; if it stays so, the service's log says why.", "同じrequest_idで再送してください。続く場合はサービスのログを確認してください。"),
    };

    /// <summary>The acting person is not named.</summary>
    public static Reason ActorMissing { get; } = new("ACTOR_MISSING", StatusCode.Unauthenticated, "操作者が確認できません")
    {
        OtherKeys = ["metadata_key"], // over gRPC
        Way = new("Name the acting person first.", "先に名前を入力してください。"),
    };

    /// <summary>The call has no token, and the service asks for one.</summary>
    public static Reason AccessTokenMissing { get; } = new("ACCESS_TOKEN_MISSING", StatusCode.Unauthenticated, "認証トークンがありません")
    {
        Way = new("Sign in at the issuer and send its token.", "サインインしてトークンを送ってください。"),
        Command = "set IIJ_TOKEN to a token of the issuer",
    };

    /// <summary>The token is not valid: expired, for another audience, of another issuer or key, or its signature is wrong.</summary>
    public static Reason AccessTokenInvalid { get; } = new("ACCESS_TOKEN_INVALID", StatusCode.Unauthenticated, "認証トークンが無効です")
    {
        Way = new("Sign in again.", "もう一度サインインしてください。"),
        Command = "set IIJ_TOKEN to a new token of the issuer",
    };

    /// <summary>The caller has none of the roles that the method asks for.</summary>
    public static Reason RoleMissing { get; } = new("ROLE_MISSING", StatusCode.PermissionDenied, "権限がありません", "method", "roles")
    {
        Way = new("Ask for one of the roles that are named; docs/access.md lists them by method.", "示された権限のいずれかが必要です。"),
    };

    /// <summary>The call names another person as acting than the token does.</summary>
    public static Reason ActorNotCaller { get; } =
        new("ACTOR_NOT_CALLER", StatusCode.PermissionDenied, "トークンと異なる操作者が指定されています", "metadata_key")
        {
            Way = new("Leave out the metadata key: the token says who acts.", "操作者の指定を外してください。トークンが操作者を示します。"),
            Command = "omit --actor and IIJ_ACTOR",
        };

    /// <summary>The request_id was used for another content or by another actor.</summary>
    public static Reason RequestIdReused { get; } = new("REQUEST_ID_REUSED", StatusCode.AlreadyExists, "request_idは別の内容または別の操作者で使用済みです", "request_id")
    {
        Way = new("Send a new one.", "新しいrequest_idで送ってください。"),
        Command = "omit --request-id: a new one is generated",
    };

    /// <summary>The body does not fit the request.</summary>
    public static Reason BodyInvalid { get; } = new("BODY_INVALID", StatusCode.InvalidArgument, "本文が要求に合いません");

    /// <summary>The query does not fit the request.</summary>
    public static Reason QueryInvalid { get; } = new("QUERY_INVALID", StatusCode.InvalidArgument, "クエリが要求に合いません", "field");
}

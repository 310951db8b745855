using Grpc.Core;

namespace Iij.Contracts;

// What reporting refuses, over gRPC and over HTTP.
public sealed partial record Reason
{
    /// <summary>There is no line of that name.</summary>
    public static Reason LineUnknown { get; } = new("LINE_UNKNOWN", StatusCode.InvalidArgument, "その科目はありません", "field", "index")
    {
        Way = new("ListLines gives the names.", "科目名はListLinesで確認してください。"),
        Command = "iij lines lists them; a source's measure is a line too",
    };

    /// <summary>The text is not a period.</summary>
    public static Reason PeriodUnknown { get; } = new("PERIOD_UNKNOWN", StatusCode.InvalidArgument, "期間の書き方が正しくありません", "field")
    {
        OtherKeys = ["index"], // of several queries
        Way = new("Write 2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012.", "2012-12、FY2012-Q3、FY2012-H1、FY2012-9M、FY2012のように書いてください。"),
        Command = "write 2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012",
    };

    /// <summary>There is no thread of remarks with that number.</summary>
    public static Reason RemarkThreadUnknown { get; } = new("REMARK_THREAD_UNKNOWN", StatusCode.NotFound, "その番号のコメントはありません", "thread")
    {
        Way = new("ListRemarkThreads gives the numbers.", "番号はListRemarkThreadsで確認してください。"),
        Command = "iij remarks lists the threads with their numbers",
    };

    /// <summary>The kind does not fit the line or the period.</summary>
    public static Reason KindUnfit { get; } = new("KIND_UNFIT", StatusCode.InvalidArgument, "科目または期間に合わない種類です", "field", "index");

    /// <summary>The line is not given in that unit.</summary>
    public static Reason UnitUnfit { get; } = new("UNIT_UNFIT", StatusCode.InvalidArgument, "科目に合わない単位です", "field", "index")
    {
        Way = new("Ask in the line's own unit.", "科目の単位で問い合わせてください。"),
        Command = "omit --unit: the unit of the line is used",
    };

    /// <summary>The figure has no value, so nothing adds up to it.</summary>
    public static Reason FigureWithoutValue { get; } =
        new("FIGURE_WITHOUT_VALUE", StatusCode.FailedPrecondition, "数値がないため内訳を表示できません", "line", "period")
        {
            Way = new("ListFigures says which inputs are missing.", "不足している入力はListFiguresで確認してください。"),
            Command = "iij figure LINE PERIOD names the missing inputs",
        };

    /// <summary>The explanation has no such node.</summary>
    public static Reason DriverUnknown { get; } = new("DRIVER_UNKNOWN", StatusCode.InvalidArgument, "要因分析にその項目はありません", "field")
    {
        Way = new("Take a path from an answer with the same figures; without a path the explanation begins at its root.",
            "同じ数値の回答にあるpathを使ってください。pathがなければ最初から始まります。"),
        Command = "iij explain LINE PERIOD --json gives the paths; without --path it begins at the root",
    };

    /// <summary>There is no such version of the model of lines.</summary>
    public static Reason VersionUnknown { get; } = new("VERSION_UNKNOWN", StatusCode.NotFound, "その版の科目モデルはありません")
    {
        Way = new("Ask without a version for the latest.", "版を指定しなければ最新版になります。"),
        Command = "iij lines without --version shows the latest",
    };

    /// <summary>No such version of the lines model waits for approval.</summary>
    public static Reason LinesNotPrepared { get; } =
        new("LINES_NOT_PREPARED", StatusCode.FailedPrecondition, "承認待ちの科目定義ではありません", "version")
        {
            Way = new("Prepare the version first; ListDecisions says what became of it.", "先に定義を準備してください。経緯は決定の一覧にあります。"),
            Command = "iij define-lines FILE --reason …; iij decisions says what became of it",
        };

    /// <summary>The digest is not that of the prepared version of the lines.</summary>
    public static Reason LinesOutdated { get; } = new("LINES_OUTDATED", StatusCode.Aborted, "準備された科目定義と一致しません", "version")
    {
        Way = new("Look at the prepared version again and send its digest.", "準備された定義を確認し、そのダイジェストを送ってください。"),
        Command = "iij lines --version {version} shows it",
    };

    /// <summary>The model of lines is invalid: the message names the line and the error.</summary>
    public static Reason LinesInvalid { get; } = new("LINES_INVALID", StatusCode.InvalidArgument, "科目モデルが正しくありません", "field", "line");

    /// <summary>The period is incomplete; the metadata names what is missing.</summary>
    public static Reason PeriodIncomplete { get; } =
        new("PERIOD_INCOMPLETE", StatusCode.FailedPrecondition, "期間のデータが揃っていません", "period", "lacking")
        {
            Way = new("Have the named months closed.", "示された月を締めてください。"),
            Command = "iij status PERIOD lists what is missing; iij fill-gaps requests it",
        };

    /// <summary>The caller sees published figures alone, and these are not published, or their embargo has not ended.</summary>
    public static Reason FiguresUnpublished { get; } =
        new("FIGURES_UNPUBLISHED", StatusCode.PermissionDenied, "公表前の数値は閲覧できません", "period")
        {
            Way = new("Ask again after the publication, or for the role viewer.", "公表後に再度お試しいただくか、閲覧権限を申請してください。"),
        };

    /// <summary>The period has no edition of that number.</summary>
    public static Reason EditionUnknown { get; } = new("EDITION_UNKNOWN", StatusCode.NotFound, "その版はありません", "period", "edition")
    {
        Way = new("ListEditions gives the editions of the period.", "期間の版はListEditionsで確認してください。"),
        Command = "iij editions {period}",
    };

    /// <summary>The edition does not wait for approval.</summary>
    public static Reason EditionNotPrepared { get; } =
        new("EDITION_NOT_PREPARED", StatusCode.FailedPrecondition, "承認待ちの版ではありません", "period", "edition")
        {
            Way = new("Prepare the next edition.", "次の版を準備してください。"),
            Command = "iij sign-off {period}",
        };

    /// <summary>The edition is not published.</summary>
    public static Reason EditionNotPublished { get; } =
        new("EDITION_NOT_PUBLISHED", StatusCode.FailedPrecondition, "公表済みの版ではありません", "period", "edition")
        {
            Command = "iij editions {period}",
        };

    /// <summary>No figure differs from the edition before.</summary>
    public static Reason EditionUnchanged { get; } =
        new("EDITION_UNCHANGED", StatusCode.FailedPrecondition, "前の版と数値が同じです", "period")
        {
            Way = new("Nothing is to be restated.", "修正再表示するものはありません。"),
            Command = "iij compare {period} shows the edition beside the live view",
        };

    /// <summary>The edition restates what was published, without its type or its reason.</summary>
    public static Reason RestatementUnexplained { get; } =
        new("RESTATEMENT_UNEXPLAINED", StatusCode.FailedPrecondition, "修正再表示の種類と理由が必要です", "period")
        {
            Way = new("State error, estimate, policy or reclassification, and the reason.", "種類（誤謬、見積り、方針、組替）と理由を指定してください。"),
            Command = "iij sign-off {period} --kind error|estimate|policy|reclassification --reason …",
        };

    /// <summary>Figures have changed since the edition was prepared, or the approver has seen another preparation.</summary>
    public static Reason EditionOutdated { get; } =
        new("EDITION_OUTDATED", StatusCode.Aborted, "準備後に数値が変わりました", "period", "edition")
        {
            Way = new("Prepare the edition again and look at its preview.", "版を準備し直し、プレビューを確認してください。"),
            Command = "iij sign-off {period}, then approve it again",
        };

    /// <summary>The approver closed a month of the edition.</summary>
    public static Reason ClosedByApprover { get; } =
        new("CLOSED_BY_APPROVER", StatusCode.PermissionDenied, "月次を締めた本人は版を承認できません", "period", "source")
        {
            Way = new("Let a person approve it who closed none of its months.", "対象月を締めていない人が承認してください。"),
            Command = "let another person approve it (--actor)",
        };

    /// <summary>An approval of the edition is on its way.</summary>
    public static Reason SignOffRunning { get; } = new("SIGN_OFF_RUNNING", StatusCode.Unavailable, "承認処理が進行中です", "period")
    {
        Way = new("Try again in a moment.", "しばらくしてからお試しください。"),
        Command = "iij editions {period} shows how it ended",
    };

    /// <summary>A source refuses what a sign-off asks of it.</summary>
    public static Reason SourceRefuses { get; } =
        new("SOURCE_REFUSES", StatusCode.FailedPrecondition, "事業システムが拒否しました", "source", "reason")
        {
            Way = new("Have the named months closed at the source.", "示された月を事業側で締めてください。"),
            Command = "iij periods {source} shows the state of its months",
        };

    /// <summary>That revision was not received.</summary>
    public static Reason RevisionUnknown { get; } = new("REVISION_UNKNOWN", StatusCode.NotFound, "その改訂版はありません", "month")
    {
        OtherKeys = ["source"], // of reporting
        Command = RevisionsShown,
    };

    /// <summary>The revision is not the latest of its month, or is rejected already.</summary>
    public static Reason RevisionNotLatest { get; } =
        new("REVISION_NOT_LATEST", StatusCode.FailedPrecondition, "最新の改訂版ではありません", "source", "month")
        {
            Command = RevisionsShown,
        };

    /// <summary>The revision is not rejected.</summary>
    public static Reason RevisionNotRejected { get; } =
        new("REVISION_NOT_REJECTED", StatusCode.FailedPrecondition, "差し戻された改訂版ではありません", "source", "month")
        {
            Command = RevisionsShown,
        };

    /// <summary>Nothing was received of this incarnation.</summary>
    public static Reason IncarnationUnknown { get; } =
        new("INCARNATION_UNKNOWN", StatusCode.NotFound, "そのインカーネーションからは何も受領していません", "source", "incarnation")
        {
            Command = IncarnationsShown,
        };

    /// <summary>The incarnation is not held; it stands or stood already.</summary>
    public static Reason IncarnationCurrent { get; } =
        new("INCARNATION_CURRENT", StatusCode.FailedPrecondition, "保留中のインカーネーションではありません", "source", "incarnation")
        {
            Command = IncarnationsShown,
        };

    /// <summary>There is no dead letter of that number.</summary>
    public static Reason DeadLetterUnknown { get; } = new("DEAD_LETTER_UNKNOWN", StatusCode.NotFound, "その番号の保留メッセージはありません", "number")
    {
        Command = "iij dead-letters list",
    };

    /// <summary>The dead letter was redriven or discarded already.</summary>
    public static Reason DeadLetterSettled { get; } =
        new("DEAD_LETTER_SETTLED", StatusCode.FailedPrecondition, "処理済みの保留メッセージです", "number", "state")
        {
            Command = "iij dead-letters show {number} lists the actions",
        };

    /// <summary>The token was not issued by this system.</summary>
    public static Reason TokenInvalid { get; } = new("TOKEN_INVALID", StatusCode.InvalidArgument, "再開トークンが正しくありません", "field")
    {
        Way = new("Omit it to begin with a snapshot.", "省略すると最初から受信します。"),
        Command = "omit --token: the stream begins with a snapshot",
    };

    /// <summary>Too many streams are open, of this caller or in all.</summary>
    public static Reason StreamsExhausted { get; } = new("STREAMS_EXHAUSTED", StatusCode.ResourceExhausted, "接続数が上限に達しています")
    {
        Way = new("End one, or try again later.", "接続を一つ閉じるか、後でお試しください。"),
        Command = OneEnded,
    };

    /// <summary>Too many different subjects are watched.</summary>
    public static Reason SubjectsExhausted { get; } = new("SUBJECTS_EXHAUSTED", StatusCode.ResourceExhausted, "監視対象の種類が上限に達しています")
    {
        Way = new("Watch one that is watched already, or try again later.", "監視中の対象を選ぶか、後でお試しください。"),
        Command = OneEnded,
    };

    /// <summary>Reporting cannot read what is new.</summary>
    public static Reason FeedBehind { get; } = new("FEED_BEHIND", StatusCode.Unavailable, "サーバーが最新データを読み取れません")
    {
        Way = ResumedLater,
    };

    /// <summary>The service stops.</summary>
    public static Reason Stopping { get; } = new("STOPPING", StatusCode.Unavailable, "サーバーが停止します")
    {
        Way = ResumedLater,
    };

    /// <summary>Reporting has no address of a source with that name.</summary>
    public static Reason SourceUnknown { get; } = new("SOURCE_UNKNOWN", StatusCode.NotFound, "その事業のアドレスは登録されていません", "source");

    /// <summary>The source does not answer; whether it executed the request is unknown. HTTP 503, or 504 where it took too long.</summary>
    public static Reason SourceAway { get; } = new("SOURCE_AWAY", StatusCode.Unavailable, "事業システムが応答しません", "source")
    {
        Way = new("Repeat the request: it has one effect.", "もう一度押してください。二重には処理されません。"),
    };

    /// <summary>A stored record is not what reporting stored: a row was changed, inserted or removed beside the service.</summary>
    public static Reason RecordAltered { get; } = new("RECORD_ALTERED", StatusCode.DataLoss, "保存された記録が改ざんされています", "knowledge")
    {
        Way = new("Restore the database of reporting, and find out who changed it.", "レポーティングのデータベースを復元し、変更者を調査してください。"),
    };

    /// <summary>The acting person differs from the one that the page shows.</summary>
    public static Reason ActorDiffers { get; } = new("ACTOR_DIFFERS", StatusCode.FailedPrecondition, "操作者が画面の表示と異なります", "actor")
    {
        Way = new("Another person has signed in in this browser.", "このブラウザで別の人が操作しています。"),
    };

    /// <summary>The person is not among the readers.</summary>
    public static Reason NotAReader { get; } = new("NOT_A_READER", StatusCode.PermissionDenied, "閲覧権限がありません", "actor")
    {
        Way = new("The setting HttpReaders names the readers.", "閲覧者は設定HttpReadersで指定します。"),
    };

    /// <summary>The proxy names the acting person; sessions are not available.</summary>
    public static Reason SessionElsewhere { get; } =
        new("SESSION_ELSEWHERE", StatusCode.FailedPrecondition, "操作者はプロキシが示します", "header")
        {
            Way = new("Sign in or out there.", "プロキシ側でサインインまたはサインアウトしてください。"),
        };

    /// <summary>A page of another address may not write here.</summary>
    public static Reason CrossSite { get; } = new("CROSS_SITE", StatusCode.PermissionDenied, "別のアドレスのページからは操作できません");

    /// <summary>The address is not reached by that name. HTTP 421.</summary>
    public static Reason HostUnknown { get; } = new("HOST_UNKNOWN", StatusCode.InvalidArgument, "そのホスト名では利用できません", "host")
    {
        Way = new("The setting HttpHosts names those that it is reached by.", "利用できる名前は設定HttpHostsで指定します。"),
    };

    /// <summary>A write is not JSON by its Content-Type. HTTP 415.</summary>
    public static Reason ContentType { get; } = new("CONTENT_TYPE", StatusCode.InvalidArgument, "Content-Typeがapplication/jsonではありません");

    /// <summary>The HTTP request cannot be read.</summary>
    public static Reason RequestInvalid { get; } = new("REQUEST_INVALID", StatusCode.InvalidArgument, "HTTP要求を読み取れません");

    /// <summary>This build has no page.</summary>
    public static Reason PageMissing { get; } = new("PAGE_MISSING", StatusCode.NotFound, "このビルドには画面がありません")
    {
        Way = new("The API describes itself at /api/v1/openapi.json.", "APIの説明は/api/v1/openapi.jsonにあります。"),
    };

    private const string RevisionsShown = "iij revisions SOURCE MONTH lists the revisions, iij status PERIOD the rejected ones";
    private const string IncarnationsShown = "iij status lists the incarnation that stands and the held ones";
    private const string OneEnded = "end another stream, or try again later";

    private static Advice ResumedLater => new("Resume with the last token.", "最後のトークンで再開してください。");
}

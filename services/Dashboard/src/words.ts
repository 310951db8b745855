// Every text of the page, in English and Japanese. A name that is missing here is shown as the API gives it.

import { computed, signal } from "@preact/signals";
import lineNames from "../../../deploy/reference/line-names.json";
import catalogue from "./reasons.json";

export type Language = "en" | "ja";

const kept = localStorage.getItem("language");

/** The language of the page. */
export const language = signal<Language>(kept === "ja" || (kept === null && navigator.language.startsWith("ja")) ? "ja" : "en");

/** Changes the language, for the next visit too. */
export function speak(chosen: Language): void {
    localStorage.setItem("language", chosen);
    language.value = chosen;
}

const texts = {
    title: ["Consolidated view", "連結業績"],
    pages: ["Pages", "ページ"],
    heads: ["Head figures", "主要数値"],
    close: ["Period close", "決算締め"],
    period: ["Period", "期間"],
    comparison: ["Compare with", "比較対象"],
    yoy: ["year before", "前年同期"],
    qoq: ["quarter before", "前四半期"],
    change: ["Change", "増減"],
    percent: ["%", "増減率"],
    amount: ["Amount", "金額"],
    line: ["Line", "科目"],
    millions: ["JPY million", "百万円"],
    skip: ["Skip to the figures", "数値へ移動"],
    print: ["Print", "印刷"],

    "state.VIEW_STATE_PROVISIONAL": ["Provisional", "速報（未確定）"],
    "state.VIEW_STATE_COMPLETE": ["Complete, not signed off", "全件受領（未承認）"],
    "state.VIEW_STATE_PUBLISHED": ["Published", "公表済"],
    "state.VIEW_STATE_RESTATED": ["Restated", "修正再表示"],
    "state.VIEW_STATE_UNSPECIFIED": ["Unknown", "不明"],
    "short.VIEW_STATE_PROVISIONAL": ["provisional", "速報"],
    "short.VIEW_STATE_COMPLETE": ["complete", "受領済"],
    "short.VIEW_STATE_PUBLISHED": ["published", "公表済"],
    "short.VIEW_STATE_RESTATED": ["restated", "修正"],
    "short.VIEW_STATE_UNSPECIFIED": ["", ""],

    "connection.connecting": ["Connecting", "接続中"],
    "connection.live": ["Live", "接続済"],
    "connection.lost": ["Connection lost", "切断"],
    "connection.paused": ["Paused while hidden", "一時停止"],
    "connection.refused": ["Refused", "拒否"],
    heard: ["heard {0} ago", "最終受信 {0}前"],
    notHeard: ["nothing heard yet", "未受信"],
    knowledge: ["knowledge {0}", "版番号 {0}"],
    stale: [
        "Not live: the figures are as of {0} and may have changed since.",
        "切断中: 数値は{0}時点のもので、その後変わっている可能性があります。",
    ],
    staleFor: ["for {0}; it tries again by itself", "{0}間。自動的に再接続します"],
    nothing: ["No source has closed a month yet.", "締められた月がまだありません。"],
    waiting: ["Waiting for the first figures …", "数値を待っています…"],
    unavailable: ["Not in the present model of lines: {0}", "現在の科目モデルにありません: {0}"],
    seconds: ["{0} s", "{0}秒"],
    minutes: ["{0} min", "{0}分"],
    gaps: ["Events are missing from {0}: figures may be behind", "{0}のイベントが欠けているため、数値が最新でない可能性があります"],
    gapsRow: ["Gaps", "欠落"],
    noGaps: ["none", "なし"],
    gap: ["gap: {0}", "欠落: {0}"],

    "chart.segments": ["Revenue by segment and gross margin ratio", "セグメント別売上高と売上総利益率"],
    "chart.recurring": ["Recurring and one-time revenue", "ストック売上と一時売上"],
    "chart.backlog": ["Backlog roll-forward", "受注残高の推移"],
    "chart.cloud": ["Cloud monthly run rate", "クラウド月次売上"],
    "chart.atm": ["ATMs placed and usage", "ATM設置台数と利用件数"],
    "chart.targets": ["Progress against the annual target", "通期目標の進捗"],
    "chart.lines": ["Consolidated lines", "連結科目"],
    "chart.status": ["Data status", "データ受領状況"],
    "chart.feed": ["Closes as they come", "締めの履歴"],
    asTable: ["Figures of this chart", "このグラフの数値"],
    usage: ["Withdrawals per ATM per day", "1台1日あたり利用件数"],
    opening: ["Opening", "期首残高"],
    closing: ["Closing", "期末残高"],
    notDrawn: ["not drawn, because this is missing: {0}", "未受領のため表示できません: {0}"],
    unexplained: ["Does not add up", "不一致"],
    residual: ["Rounding", "端数"],
    "flow.orders_received": ["Orders received", "受注"],
    "flow.amendments": ["Amendments", "変更"],
    "flow.cancellations": ["Cancellations", "取消"],
    "flow.revenue": ["Revenue", "売上計上"],
    "flow.opening_entered": ["Entered at the start", "移行残高"],
    reached: ["Reached", "実績"],
    noTarget: ["No target is announced.", "目標は公表されていません。"],

    notMeaningful: ["n/m", "n/m"],
    notMeaningfulLong: ["not meaningful", "算定不能"],
    missing: ["–", "–"],
    missingLong: ["missing: {0}", "未受領: {0}"],

    "kind.KIND_AMOUNT": ["amount", "金額"],
    "kind.KIND_YOY_CHANGE": ["change from the year before", "前年同期比増減"],
    "kind.KIND_YOY_PERCENT": ["change from the year before, %", "前年同期比増減率"],
    "kind.KIND_QOQ_CHANGE": ["change from the quarter before", "前四半期比増減"],
    "kind.KIND_QOQ_PERCENT": ["change from the quarter before, %", "前四半期比増減率"],
    "kind.KIND_MARGIN_PERCENT": ["ratio to revenue", "売上総利益率"],
    "kind.KIND_TARGET_AMOUNT": ["annual target", "通期目標"],
    "kind.KIND_PERCENT_OF_REVENUE": ["% of revenue", "売上比"],
    "kind.KIND_PERCENT_OF_TOTAL_ASSETS": ["% of total assets", "総資産比"],
    "kind.KIND_TARGET_YOY_CHANGE": ["target, change from the year before", "目標の前年比増減"],
    "kind.KIND_TARGET_YOY_PERCENT": ["target, change from the year before, %", "目標の前年比増減率"],
    "kind.KIND_TARGET_PERCENT_OF_REVENUE": ["target, % of revenue", "目標の売上比"],
    "unit.UNIT_JPY_MILLION": ["JPY million", "百万円"],
    "unit.UNIT_JPY": ["JPY", "円"],
    "unit.UNIT_PERCENT": ["%", "%"],
    "unit.UNIT_COUNT": ["count", "件"],
    "unit.UNIT_UNSPECIFIED": ["", ""],
    "unit.UNIT_JPY_PER_SHARE": ["JPY per share", "円/株"],
    "unit.UNIT_RATIO": ["", ""],

    lineage: ["Lineage", "算出根拠"],
    exact: ["Exact value", "正確な値"],
    event: ["Event", "イベント"],
    revision: ["Revision", "版"],
    source: ["Source", "事業"],
    month: ["Month", "月"],
    value: ["Value", "値"],
    known: ["Known since", "判明日時"],
    cause: ["Because of", "理由"],
    history: ["What changed between its revisions", "版ごとの変化"],
    compareVersions: ["Facts that differ from the version before", "前の版と異なる元データ"],
    noDifference: ["No fact of it differs; the model of lines or a sign-off does.", "元データの差異はありません。"],
    olderOmitted: ["Older versions are left out.", "古い版は省略されています。"],
    explain: ["Explanation", "要因分析"],
    noExplanation: ["There is nothing to compare: {0} has no value.", "比較できません: {0}の値がありません。"],
    waterfall: ["From one figure to the other", "増減要因"],
    othersOf: ["{0} others", "その他{0}件"],
    nothingThere: ["nothing", "なし"],
    "driver.DRIVER_CAUSE_PERIOD": ["another period", "期間の違い"],
    "driver.DRIVER_CAUSE_REVISION": ["another revision", "版の違い"],
    "driver.DRIVER_CAUSE_INCARNATION": ["restored database", "復元後のデータ"],
    "driver.DRIVER_CAUSE_REGISTER": ["another announcement", "公表内容の違い"],
    "driver.DRIVER_CAUSE_SPLIT": ["share split", "株式分割"],
    "driver.DRIVER_CAUSE_DEFINITION": ["another definition of the line", "科目定義の違い"],
    "driver.DRIVER_CAUSE_TARGET": ["target", "目標"],
    dismiss: ["Back", "戻る"],
    loading: ["Loading …", "読み込み中…"],
    by: ["by {0}", "{0}"],

    "status.DATA_STATUS_NOT_RECEIVED": ["not received", "未受領"],
    "status.DATA_STATUS_RECEIVED": ["received", "受領"],
    "status.DATA_STATUS_IMPACTED": ["impacted", "影響あり"],
    "status.DATA_STATUS_REJECTED": ["rejected", "却下"],
    "status.DATA_STATUS_HELD": ["held", "保留"],
    "status.DATA_STATUS_UNSPECIFIED": ["unknown", "不明"],
    "period.PERIOD_STATE_OPEN": ["open", "未締め"],
    "period.PERIOD_STATE_PREPARED": ["prepared", "仮締め"],
    "period.PERIOD_STATE_CLOSED": ["closed", "締め済"],
    "period.PERIOD_STATE_REOPENED": ["reopened", "再開"],
    "period.PERIOD_STATE_LOCKED": ["locked", "ロック"],
    "period.PERIOD_STATE_UNSPECIFIED": ["open", "未締め"],
    "transition.TRANSITION_PREPARED": ["prepared", "仮締め"],
    "transition.TRANSITION_RETURNED": ["returned", "差し戻し"],
    "transition.TRANSITION_CLOSED": ["closed", "締め"],
    "transition.TRANSITION_REOPENED": ["reopened", "再開"],
    "transition.TRANSITION_LOCKED": ["locked", "ロック"],
    "transition.TRANSITION_UNLOCKED": ["unlocked", "ロック解除"],
    "transition.TRANSITION_ROLLED_FORWARD": ["rolled forward", "繰越改訂"],

    "decision.DECISION_KIND_SIGNED_OFF": ["signed off", "承認"],
    "decision.DECISION_KIND_REVISION_ACCEPTED": ["rejection taken back", "却下の取消"],
    "decision.DECISION_KIND_INCARNATION_ACCEPTED": ["incarnation accepted", "復元の承認"],
    "decision.DECISION_KIND_EDITION_PREPARED": ["edition prepared", "版の準備"],
    "decision.DECISION_KIND_EDITION_RETURNED": ["edition returned", "版の差し戻し"],
    "decision.DECISION_KIND_EDITION_APPROVED": ["edition approved", "版の承認"],
    "decision.DECISION_KIND_EDITION_WITHDRAWN": ["edition withdrawn", "版の撤回"],
    "decision.DECISION_KIND_REVISION_REJECTED": ["revision rejected", "改訂の却下"],
    "decision.DECISION_KIND_MONTHS_UNLOCKED": ["months unlocked", "月のロック解除"],
    "decision.DECISION_KIND_LINES_DEFINED": ["lines defined", "科目モデルの定義"],
    "decision.DECISION_KIND_LINES_PREPARED": ["lines prepared", "科目モデルの準備"],
    "decision.DECISION_KIND_LINES_RETURNED": ["lines returned", "科目モデルの差し戻し"],
    "decision.DECISION_KIND_LINES_APPROVED": ["lines approved", "科目モデルの承認"],
    "decision.DECISION_KIND_MEASURE_WAIVED": ["measure waived", "報告の省略"],

    figuresOf: ["Figures of", "表示する版"],
    published: ["the latest edition", "最新の版"],
    liveView: ["live view", "未公表の最新値"],
    editionNumber: ["edition {0}", "第{0}版"],
    editionSigned: ["edition {0} of {1}, approved by {2}", "第{0}版（{1}、承認: {2}）"],
    pending: ["Changes pending (lines: {0})", "未公表の変更あり: {0}科目"],
    signOff: ["Sign-off", "承認と公表"],
    signOffNote: [
        "One person prepares an edition, another, who closed none of its months, approves it.",
        "版を準備する人と承認する人は別で、対象月を締めた人は承認できません。",
    ],
    nothingWaits: ["No edition waits for approval.", "承認待ちの版はありません。"],
    waits: ["Edition {0} waits for approval. Prepared by {1}, {2}.", "第{0}版が承認待ちです。準備: {1}、{2}"],
    prepareEdition: ["Prepare the edition", "版を準備する"],
    prepareAgain: ["Prepare it again", "準備し直す"],
    approve: ["Approve", "承認する"],
    returnEdition: ["Return the edition", "差し戻す"],
    withdraw: ["Withdraw edition {0}", "第{0}版を撤回"],
    kindOf: ["Kind of restatement", "修正の種類"],
    why: ["Why", "理由"],
    whyNote: ["Of edition 2 and later, and to return or withdraw", "第2版以降、差し戻し、撤回に必要です"],
    embargo: ["Embargo until (Japan)", "公表日時（日本）"],
    "restatement.RESTATEMENT_KIND_UNSPECIFIED": ["first edition", "初版"],
    "restatement.RESTATEMENT_KIND_ERROR": ["error", "誤謬"],
    "restatement.RESTATEMENT_KIND_ESTIMATE": ["estimate", "見積りの変更"],
    "restatement.RESTATEMENT_KIND_POLICY": ["policy", "会計方針の変更"],
    "restatement.RESTATEMENT_KIND_RECLASSIFICATION": ["reclassification", "組替"],
    preview: ["Preview", "プレビュー"],
    previewNow: ["Preview what it would publish now", "現時点の公表内容を表示"],
    previewOf: ["{0} figures, against edition {1}", "{0}件（第{1}版との差）"],
    previewFirst: ["{0} figures; nothing was published before", "{0}件（初回の公表）"],
    showAll: ["Show all {0}", "全{0}件を表示"],
    unchanged: ["No figure differs from the edition before.", "前の版と数値が同じです。"],
    kind: ["Kind", "種類"],
    before: ["Before", "変更前"],
    after: ["After", "変更後"],
    difference: ["Difference", "差"],
    exactDifference: ["Exact", "正確な差"],
    editions: ["Editions", "版の一覧"],
    noEditions: ["No edition yet.", "版はまだありません。"],
    edition: ["Edition", "版"],
    state: ["State", "状態"],
    prepared: ["Prepared", "準備"],
    approved: ["Approved", "承認"],
    "edition.EDITION_STATE_PREPARED": ["waits for approval", "承認待ち"],
    "edition.EDITION_STATE_PUBLISHED": ["published", "公表済"],
    "edition.EDITION_STATE_WITHDRAWN": ["withdrawn", "撤回済"],
    "edition.EDITION_STATE_RETURNED": ["returned", "差し戻し済"],
    compare: ["As reported and restated", "公表値と修正値の比較"],
    asReported: ["As reported", "公表値"],
    restated: ["Restated", "修正値"],
    latestEdition: ["latest edition", "最新の版"],
    onlyDiffering: ["Only what differs", "差のある科目のみ"],
    noDifferences: ["No line differs.", "差のある科目はありません。"],
    decisions: ["Decisions", "決定の記録"],
    noDecisions: ["No decision yet.", "決定はまだありません。"],
    unlock: ["Unlock the months", "月のロックを解除"],
    lockedBy: ["locked by {0}", "ロック: {0}"],
    rejectedBy: ["revision {0} was rejected by {1}", "第{0}版は{1}が却下しました"],
    linesVersion: ["lines version {0}", "科目モデル 第{0}版"],

    // begin: rendered from deploy/sources.csv
    "source.network": ["Network", "ネットワーク"],
    "source.backlog": ["Systems integration", "SI"],
    "source.cloud": ["Cloud", "クラウド"],
    "source.atm": ["ATM", "ATM"],
    "source.group": ["Group", "グループ"],
    // end

    you: ["You act as", "操作者"],
    signOut: ["Change", "変更"],
    leave: ["Sign out", "サインアウト"],
    name: ["Your name", "お名前"],
    goOn: ["Go on", "続ける"],
    signIn: ["Sign in", "サインイン"],
    signInNote: ["The figures are shown to those who may see them.", "閲覧権限のある方にのみ表示されます。"],
    signInFailed: [
        "The sign-in failed. Try again; if it fails again, ask the operator for a right to this system.",
        "サインインに失敗しました。もう一度お試しください。続く場合は運用担当者に権限をご確認ください。",
    ],
    remarks: ["Remarks", "コメント"],
    noRemarks: ["Nobody has remarked on this figure, its line or its period.", "この数値・科目・期間へのコメントはありません。"],
    thread: ["Thread {0}", "コメント{0}"],
    resolved: ["resolved", "解決済み"],
    unresolved: ["open", "未解決"],
    remark: ["A new remark on this figure", "この数値への新しいコメント"],
    reply: ["Reply", "返信"],
    send: ["Send", "送信"],
    sendResolved: ["Send and resolve", "送信して解決済みにする"],
    saveCsv: ["Save as CSV", "CSVで保存"],
    nameNote: [
        "The name is recorded with everything you do. Another person closes what you have prepared.",
        "操作はこの名前で記録されます。仮締めした人は締めを行えません。",
    ],
    readAt: ["Read from the source at {0}", "{0}に事業システムから取得"],
    readAgain: ["Read again", "再取得"],
    goTo: ["Go to a month", "月へ移動"],
    choose: ["Choose a month of a source in the matrix.", "表から事業と月を選んでください。"],
    nextOpen: ["next open month {0}", "次の未締め月 {0}"],
    prepare: ["Prepare", "仮締め"],
    return: ["Return", "差し戻し"],
    closeIt: ["Close", "締める"],
    reopen: ["Reopen", "再開"],
    reason: ["Reason", "理由"],
    reasonNote: ["Needed to return, to reopen or to reject", "差し戻し、再開、却下に必要です"],
    reject: ["Reject the revision", "この版を却下"],
    acceptAgain: ["Take the rejection back", "却下を取り消す"],
    waiveNote: [
        "Measures that the month must state and does not: record them, 0 where it is zero, or close without them for a reason",
        "報告が必要な数値がありません。ゼロの場合も0を記録するか、理由を付けて省略してください",
    ],
    trial: ["Trial statement", "試算"],
    findings: ["Findings", "検証結果"],
    noFindings: ["The validations find nothing.", "問題は見つかりません。"],
    "severity.SEVERITY_ERROR": ["error", "エラー"],
    "severity.SEVERITY_WARNING": ["warning", "警告"],
    "severity.SEVERITY_WAIVABLE": ["required", "必須"],
    "severity.SEVERITY_UNSPECIFIED": ["note", "注"],
    preparedBy: ["prepared by {0}", "仮締め: {0}"],
    impacted: ["impacted: an earlier month was reopened", "影響あり: 前月以前が再開されています"],
    done: ["Done: {0}", "完了: {0}"],
    refused: ["Refused: {0}", "拒否: {0}"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof texts;

/** A text in the page's language, with what stands for {0}, {1}. */
export function say(word: Word, ...values: (string | number)[]): string {
    const text = texts[word][language.value === "ja" ? 1 : 0];
    return values.reduce<string>((all, value, at) => all.replace(`{${at}}`, () => String(value)), text);
}

/** A text whose name is put together from what an API says; the last part where there is none. */
export const sayOf = (group: string, name: string): string => (`${group}.${name}` in texts ? say(`${group}.${name}` as Word) : name);

type InBoth = Readonly<Record<Language, string>>;
type Reason = InBoth & { readonly way?: InBoth };

// The services' catalogue, and what only the page itself finds.
const reasons: Readonly<Record<string, Reason>> = {
    ...catalogue,
    UNREACHABLE: {
        en: "reporting does not answer",
        ja: "サーバーが応答しません",
        way: { en: "Repeat the request: it has one effect.", ja: "もう一度押してください。二重には処理されません。" },
    },
    DIGEST_DIFFERS: { en: "something was missed; it begins anew", ja: "欠落を検出したため、最初から受信します" },
};

/** What a reason or a finding's code means, or undefined. */
export const meaningOf = (code: string): string | undefined => reasons[code]?.[language.value];

/** What can be done about a refusal, or undefined. */
export const wayOf = (reason: string): string | undefined => reasons[reason]?.way?.[language.value];

/** What a refusal or a finding says: its code and the service's own words, which are English; in Japanese what they mean before them. */
export function told(code: string, message: string): string {
    const meaning = language.value === "ja" ? meaningOf(code) : undefined;
    return meaning ? `${meaning}（${code}: ${message}）` : `${code}: ${message}`;
}

const lines: Readonly<Record<string, { english: string; japanese: string }>> = lineNames;

/** The name of a line, or what the API calls it. */
export const lineName = (line: string): string => lines[line]?.[language.value === "ja" ? "japanese" : "english"] ?? line;

const locale = computed(() => (language.value === "ja" ? "ja-JP" : "en-GB"));

/** Decimal text with grouped digits; never through a floating point number. */
export function digits(value: string, signed = false): string {
    const decimals = value.split(".")[1]?.length ?? 0;
    const format = new Intl.NumberFormat(locale.value, {
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
        ...(signed ? { signDisplay: "exceptZero" as const } : {}),
    });
    return format.format(value as Intl.StringNumericLiteral).replace("-", "−");
}

/** A moment, in Japan Standard Time as the books are. */
export const moment = (at: string | number | undefined): string =>
    at === undefined
        ? ""
        : new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "medium", timeZone: "Asia/Tokyo" }).format(new Date(at)) +
          " JST";

/** The day of a moment in Japan: 2013-02-14. */
export const day = (at: string): string =>
    new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: "Asia/Tokyo" }).format(new Date(at));

/** How long ago, in words. */
export const ago = (milliseconds: number): string =>
    milliseconds < 120_000
        ? say("seconds", Math.max(0, Math.round(milliseconds / 1000)))
        : say("minutes", Math.floor(milliseconds / 60_000));

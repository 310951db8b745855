// The controller's page: which months are open, prepared, closed or impacted, what a statement would be, and the steps of the close.

import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { get, post, Problem } from "../api";
import { type Board, monthText } from "../board";
import { Panel } from "../charts/chart";
import type {
    GetSourceResponseJson,
    GetTrialStatementResponseJson,
    GetPeriodResponseJson,
    PeriodStatusJson,
    StatementJson,
    WaiverJson,
} from "../generated/iij/closing/v1/closing_pb";
import { board, go, months, place } from "../page";
import { monthsAfter } from "../periods";
import { digits, moment, say, sayOf, wayOf, type Word } from "../words";
import { Actor, askWho, Attempt, Findings, refusal, session } from "./actor";
import { StatusMatrix } from "./panels";

/** Goes to any month of a source, also one that nothing is known of. */
function Chooser({ sources }: { sources: readonly string[] }) {
    const choose = (event: SubmitEvent) => {
        event.preventDefault();
        const chosen = new FormData(event.currentTarget as HTMLFormElement);
        go({ page: "close", source: String(chosen.get("source")), month: String(chosen.get("month")) });
    };
    return (
        <form class="steps" onSubmit={choose}>
            <label>
                {say("source")}{" "}
                <select name="source">
                    {sources.map((source) => (
                        <option key={source} value={source}>
                            {sayOf("source", source)}
                        </option>
                    ))}
                </select>
            </label>
            <label>
                {say("month")}{" "}
                <input name="month" type="month" required min="1900-01" max="2200-12" placeholder="2012-12" pattern="[0-9]{4}-[0-9]{2}" />
            </label>
            <button type="submit">{say("goTo")}</button>
        </form>
    );
}

/** The months that the page of closes shows: what is known, and the one after. */
function shownMonths(known: readonly string[]): string[] {
    const last = known.at(-1);
    return last ? [...known.slice(-17), monthsAfter(last, 1)] : [];
}

/** The page. */
export function Close() {
    const shown = board.value;
    const { source, month } = place.value;
    return (
        <>
            <Actor />
            {!shown && <p role="status">{say("waiting")}</p>}
            {shown && (
                <div class="panels close">
                    <Panel title={say("chart.status")}>
                        <StatusMatrix board={shown} months={shownMonths(months.value)} chosen={{ source, month }} />
                        <Chooser sources={shown.sources.map((each) => each.source!)} />
                    </Panel>
                    {shown.sources.some((each) => each.source === source) && month ? (
                        <Month key={`${source} ${month}`} board={shown} source={source} month={month} />
                    ) : (
                        <Panel title={say("month")}>
                            <p>{say("choose")}</p>
                        </Panel>
                    )}
                </div>
            )}
        </>
    );
}

interface Books {
    readonly status: PeriodStatusJson;
    readonly source: GetSourceResponseJson;
    readonly trial: GetTrialStatementResponseJson;
    readonly readAt: number;
}

// Everything about a month comes from the source itself: what the stream says of it may be a moment older.
async function read(source: string, month: string, signal: AbortSignal): Promise<Books> {
    const [about, trial, period] = await Promise.all([
        get<GetSourceResponseJson>(`/sources/${source}/source`, signal),
        get<GetTrialStatementResponseJson>(`${pathOf(source, month)}/trial-statement`, signal),
        get<GetPeriodResponseJson>(pathOf(source, month), signal),
    ]);
    return { status: period.period!, source: about, trial, readAt: Date.now() };
}

/** Where a month of a source is: 2012-04 is periods/2012/4. */
const pathOf = (source: string, month: string): string => `/sources/${source}/periods/${month.split("-").map(Number).join("/")}`;

type Step = "prepare" | "return" | "close" | "reopen" | "reject" | "accept";

const stepsOf: Record<string, readonly Step[]> = {
    PERIOD_STATE_OPEN: ["prepare"],
    PERIOD_STATE_REOPENED: ["prepare"],
    PERIOD_STATE_PREPARED: ["close", "return"],
    PERIOD_STATE_CLOSED: ["reopen", "reject"],
    PERIOD_STATE_LOCKED: [],
};

const needsReason = (step: Step): boolean => step === "return" || step === "reopen" || step === "reject";
const wordOf = (step: Step): Word => (step === "close" ? "closeIt" : step === "accept" ? "acceptAgain" : step);

// A rejection is a decision of group accounting, in reporting; everything else is done at the source.
const addressOf = (step: Step, source: string, month: string, revision: number): string =>
    step === "reject" || step === "accept"
        ? `/revisions/${source}/${month.split("-").map(Number).join("/")}/${revision}:${step}`
        : `${pathOf(source, month)}:${step}`;

const readEvery = 30_000; // entries change a trial statement, and no event tells of them

/** A month of a source: its state, its trial statement and what can be done. */
function Month({ board: shown, source, month }: { board: Board; source: string; month: string }) {
    const [books, show] = useState<Books | string>(say("loading"));
    const [said, tell] = useState<{ good: boolean; text: string } | null>(null);
    const [turn, again] = useReducer((n: number) => n + 1, 0);
    const attempt = useRef(new Attempt());
    const cell = shown.cells.find((each) => each.source === source && monthText(each.month) === month);
    const seen = `${cell?.periodState} ${cell?.revision} ${cell?.status}`;
    useEffect(() => {
        const end = new AbortController();
        read(source, month, end.signal).then(show, (error: unknown) => end.signal.aborted || show(refusal(error)));
        const next = setTimeout(() => again(null), readEvery);
        return () => (end.abort(), clearTimeout(next));
    }, [source, month, seen, turn]);
    const act: Act = async (step, revision, reason, waivers) => {
        const body = needsReason(step) ? { reason } : step === "close" && waivers.length > 0 ? { waivers } : {};
        try {
            const requestId = attempt.current.idOf(`${session.value.actor} ${step} ${JSON.stringify(body)}`);
            await post(addressOf(step, source, month, revision), { ...body, requestId }, session.value.actor);
            attempt.current.answered();
            tell({ good: true, text: say("done", `${say(wordOf(step))} ${sayOf("source", source)} ${month}`) });
        } catch (error) {
            if (error instanceof Problem && error.status >= 400 && error.status < 500) attempt.current.answered();
            tell({ good: false, text: say("refused", refusal(error)) });
            askWho();
        }
        again(null);
    };
    return (
        <Panel title={`${sayOf("source", source)} ${month}`}>
            {said && (
                <p class={said.good ? "said good" : "said alarm"} role="alert">
                    {said.text}
                </p>
            )}
            {typeof books === "string" ? (
                <p role="status">{books}</p>
            ) : (
                <>
                    <Steps books={books} impacted={cell?.status === "DATA_STATUS_IMPACTED"} act={act} />
                    <p class="note">
                        {say("readAt", moment(books.readAt))}{" "}
                        <button type="button" onClick={() => again(null)}>
                            {say("readAgain")}
                        </button>
                    </p>
                </>
            )}
        </Panel>
    );
}

type Act = (step: Step, revision: number, reason: string, waivers: readonly WaiverJson[]) => Promise<void>;

/** The measures that a prepared month must state and does not, each with the closer's reason for closing it without. */
function Waivers({ measures, reasons, write }: { measures: readonly string[]; reasons: Waived; write: (reasons: Waived) => void }) {
    if (measures.length === 0) return null;
    return (
        <fieldset class="waivers">
            <legend>{say("waiveNote")}</legend>
            {measures.map((measure) => (
                <label key={measure}>
                    <code>{measure}</code>{" "}
                    <input
                        class="waiver"
                        name={measure}
                        value={reasons[measure] ?? ""}
                        maxLength={1000}
                        placeholder={say("reason")}
                        onInput={(event) => write({ ...reasons, [measure]: event.currentTarget.value })}
                    />
                </label>
            ))}
        </fieldset>
    );
}

type Waived = Readonly<Record<string, string>>;

function Steps({ books, impacted, act }: { books: Books; impacted: boolean; act: Act }) {
    const { status, source, trial } = books;
    const [reason, write] = useState("");
    const [reasons, waive] = useState<Waived>({});
    const [busy, wait] = useState(false);
    const state = status.state ?? "PERIOD_STATE_OPEN";
    const steps = (stepsOf[state] ?? []).map((step) => (step === "reject" && status.rejection ? "accept" : step));
    const lacking = (trial.findings ?? [])
        .filter((finding) => finding.severity === "SEVERITY_WAIVABLE" && state === "PERIOD_STATE_PREPARED")
        .map((finding) => finding.measure!);
    const press = async (step: Step) => {
        wait(true);
        await act(
            step,
            status.revision ?? 0,
            reason,
            lacking.map((measure) => ({ measure, reason: reasons[measure] ?? "" })),
        );
        write("");
        waive({});
        wait(false);
    };
    const isReady = (step: Step): boolean =>
        needsReason(step) ? reason.trim() !== "" : step !== "close" || lacking.every((measure) => reasons[measure]?.trim());
    return (
        <>
            <p>
                <strong class={`badge ${state}`} data-period-state={state}>
                    {sayOf("period", state)}
                </strong>{" "}
                {say("revision")} {status.revision ?? 0}
                {status.preparedBy && <> · {say("preparedBy", status.preparedBy)}</>}
                {source.nextOpenMonth && <> · {say("nextOpen", monthText(source.nextOpenMonth))}</>}
            </p>
            {(status.editions?.length ?? 0) > 0 && <p class="note">{say("lockedBy", status.editions!.join(", "))}</p>}
            {status.rejection && (
                <p class="alarm">
                    {say("rejectedBy", status.rejection.revision ?? 0, status.rejection.actor ?? "")}: <q>{status.rejection.reason}</q>
                </p>
            )}
            {(status.impacted || impacted) && <p class="alarm">{say("impacted")}</p>}
            {steps.some(needsReason) && (
                <p>
                    <label>
                        {say("reason")}{" "}
                        <input
                            class="reason"
                            value={reason}
                            maxLength={1000}
                            placeholder={say("reasonNote")}
                            onInput={(event) => write(event.currentTarget.value)}
                        />
                    </label>
                </p>
            )}
            <Waivers measures={lacking} reasons={reasons} write={waive} />
            <p class="steps">
                {steps.map((step) => (
                    <button
                        type="button"
                        key={step}
                        class={step === "close" ? "main" : ""}
                        disabled={busy || !session.value.actor || !isReady(step)}
                        onClick={() => void press(step)}
                    >
                        {say(wordOf(step))}
                    </button>
                ))}
                {!session.value.actor && steps.length > 0 && <span class="note">{wayOf("ACTOR_MISSING")}</span>}
            </p>
            <h3>{say("findings")}</h3>
            <Findings findings={trial.findings ?? []} />
            <h3>{say("trial")}</h3>
            <Trial statement={trial.trialStatement} />
        </>
    );
}

/** The amounts of a statement, whatever its fields are: each with the path to it. */
function amountsOf(value: unknown, path = ""): [string, string][] {
    if (Array.isArray(value)) return value.flatMap((each, at) => amountsOf(each, `${path} ${nameOf(each) ?? at + 1}`));
    if (typeof value === "object" && value !== null)
        return Object.entries(value)
            .filter(([key]) => !["item", "date", "announcedOn", "fiscalYear"].includes(key))
            .flatMap(([key, each]) => amountsOf(each, key === "amount" ? path : `${path} ${key}`));
    return [[path.trim(), String(value)]];
}

function nameOf(element: unknown): string | undefined {
    const { item, fiscalYear, date, announcedOn } = (element ?? {}) as Record<string, unknown>;
    const day = (date ?? announcedOn) as { year: number; month: number; day: number } | undefined;
    const parts = [item, fiscalYear, day && `${day.year}-${String(day.month).padStart(2, "0")}-${String(day.day).padStart(2, "0")}`].filter(
        Boolean,
    );
    return parts.length > 0 ? parts.join(" ") : undefined;
}

const words = (path: string): string =>
    path.replace(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`).replaceAll("_", " ");

function Trial({ statement }: { statement: StatementJson | undefined }) {
    if (!statement?.body) return <p>{say("missing")}</p>;
    const rows = amountsOf(JSON.parse(statement.body));
    return (
        <div class="scroll" tabIndex={0} role="region" aria-label={say("trial")}>
            <table class="figures">
                <caption class="note">
                    {statement.schema} <code>{statement.digest?.slice(0, 16)}</code>
                </caption>
                <tbody>
                    {rows.map(([path, value], at) => (
                        <tr key={at}>
                            <th scope="row">{words(path)}</th>
                            <td>{/^-?\d+$/.test(value) ? digits(value) : value}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

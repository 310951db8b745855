// The sign-off of the period that is shown: prepare an edition, look at what it publishes, approve or return it; withdraw a published one.

import { useEffect, useRef, useState } from "preact/hooks";
import { get, post, Problem, query } from "../api";
import { type Board, monthText } from "../board";
import { Panel } from "../charts/chart";
import { editions, readEditions, wasPublished } from "../editions";
import type {
    DifferenceCauseJson,
    EditionJson,
    EditionPreviewJson,
    FigureDifferenceJson,
    GetEditionPreviewResponseJson,
    RestatementKindJson,
} from "../generated/iij/reporting/v1/reporting_pb";
import { address } from "../page";
import { digits, lineName, moment, say, sayOf, wayOf } from "../words";
import { Actor, askWho, Attempt, Findings, refusal, session } from "./actor";
import { figureText } from "./figure";

const kinds: readonly RestatementKindJson[] = [
    "RESTATEMENT_KIND_ERROR",
    "RESTATEMENT_KIND_ESTIMATE",
    "RESTATEMENT_KIND_POLICY",
    "RESTATEMENT_KIND_RECLASSIFICATION",
];

/** Does something under a request id, which it keeps until there is a definite answer. */
type Act = (name: string, path: string, body: object) => Promise<void>;

/** The panel. */
export function SignOff({ board }: { board: Board }) {
    const [said, tell] = useState<{ good: boolean; text: string } | null>(null);
    const [busy, wait] = useState(false);
    const [why, write] = useState("");
    const attempt = useRef(new Attempt());
    const { period } = board;
    const waiting = board.header.prepared;
    useEffect(() => (tell(null), write("")), [period]);
    const act: Act = async (name, path, body) => {
        wait(true);
        try {
            const requestId = attempt.current.idOf(`${session.value.actor} ${path} ${JSON.stringify(body)}`);
            await post(path, { ...body, requestId }, session.value.actor);
            attempt.current.answered();
            tell({ good: true, text: say("done", `${name} (${period})`) });
            write("");
        } catch (error) {
            if (error instanceof Problem && error.status >= 400 && error.status < 500) attempt.current.answered();
            tell({ good: false, text: say("refused", refusal(error)) });
            askWho();
        }
        await readEditions(period).catch(() => {});
        wait(false);
    };
    const disabled = busy || !session.value.actor;
    return (
        <Panel title={`${say("signOff")} ${period}`} note={say("signOffNote")} wide>
            <Actor />
            {said && (
                <p class={said.good ? "said good" : "said alarm"} role="alert">
                    {said.text}
                </p>
            )}
            <p>
                <label>
                    {say("why")}{" "}
                    <input
                        class="reason"
                        value={why}
                        maxLength={1000}
                        placeholder={say("whyNote")}
                        onInput={(event) => write(event.currentTarget.value)}
                    />
                </label>
                {!session.value.actor && <span class="note"> {wayOf("ACTOR_MISSING")}</span>}
            </p>
            {waiting ? (
                <Waiting key={waiting.digest} edition={waiting} why={why} disabled={disabled} act={act} />
            ) : (
                <>
                    <p>{say("nothingWaits")}</p>
                    <Now key={period} board={board} />
                </>
            )}
            <Prepare board={board} again={waiting !== undefined} why={why} disabled={disabled} act={act} />
            <h3>{say("editions")}</h3>
            <Editions period={period} why={why} disabled={disabled} act={act} />
        </Panel>
    );
}

const pathOf = ({ period, number }: EditionJson): string => `/editions/${period}/${number}`;

interface Doing {
    readonly why: string;
    readonly disabled: boolean;
    readonly act: Act;
}

/** An edition that waits, with what it publishes: who has seen that approves it by its digest, or returns it. */
function Waiting({ edition, why, disabled, act }: Doing & { edition: EditionJson }) {
    const [answer, show] = useState<GetEditionPreviewResponseJson | string>(say("loading"));
    useEffect(() => {
        const end = new AbortController();
        get<GetEditionPreviewResponseJson>(
            `${pathOf(edition).replace(/\/\d+$/, "")}/preview?${query({ number: edition.number })}`,
            end.signal,
        ).then(show, (error: unknown) => end.signal.aborted || show(refusal(error)));
        return () => end.abort();
    }, [edition.digest, edition.preparedAt]);
    const shown = typeof answer === "string" ? undefined : answer;
    return (
        <>
            <p class="waits">
                <strong>{say("waits", edition.number ?? 0, edition.preparedBy ?? "", moment(edition.preparedAt))}</strong>{" "}
                {edition.reason && (
                    <>
                        {sayOf("restatement", edition.kind ?? "RESTATEMENT_KIND_UNSPECIFIED")}: <q>{edition.reason}</q>
                    </>
                )}
                {edition.embargoUntil && <> {`${say("embargo")} ${moment(edition.embargoUntil)}`}</>}
            </p>
            <p class="steps">
                <button
                    type="button"
                    class="main"
                    disabled={disabled || !shown}
                    onClick={() => void act(say("approve"), `${pathOf(edition)}:approve`, { digest: shown?.edition?.digest })}
                >
                    {say("approve")}
                </button>
                <button
                    type="button"
                    disabled={disabled || !why.trim()}
                    onClick={() => void act(say("returnEdition"), `${pathOf(edition)}:return`, { reason: why })}
                >
                    {say("returnEdition")}
                </button>
            </p>
            <h3>{say("preview")}</h3>
            {shown?.preview ? <Preview preview={shown.preview} /> : <p role="status">{typeof answer === "string" ? answer : ""}</p>}
        </>
    );
}

/** What the next edition would publish now, on demand. */
function Now({ board }: { board: Board }) {
    const [answer, show] = useState<EditionPreviewJson | string | null>(null);
    const ask = () => {
        show(say("loading"));
        get<GetEditionPreviewResponseJson>(`/editions/${board.period}/preview`).then(
            (given) => show(given.preview ?? null),
            (error: unknown) => show(refusal(error)),
        );
    };
    return (
        <>
            <p class="steps">
                <button type="button" onClick={ask}>
                    {say("previewNow")}
                </button>
            </p>
            {typeof answer === "string" ? <p role="status">{answer}</p> : answer && <Preview preview={answer} />}
        </>
    );
}

/** Prepares the next edition: of the second and later ones the kind and the reason are wanted. */
function Prepare({ board, again, why, disabled, act }: Doing & { board: Board; again: boolean }) {
    const [kind, choose] = useState<RestatementKindJson>("RESTATEMENT_KIND_ERROR");
    const [embargo, setEmbargo] = useState("");
    const restates = editions.value.some(wasPublished);
    const body = {
        reason: why,
        ...(restates ? { kind } : {}),
        ...(embargo ? { embargoUntil: `${embargo.length === 16 ? `${embargo}:00` : embargo}+09:00` } : {}),
    };
    return (
        <p class="steps">
            {restates && (
                <label>
                    {say("kindOf")}{" "}
                    <select value={kind} onChange={(event) => choose(event.currentTarget.value as RestatementKindJson)}>
                        {kinds.map((each) => (
                            <option key={each} value={each}>
                                {sayOf("restatement", each)}
                            </option>
                        ))}
                    </select>
                </label>
            )}
            <label>
                {say("embargo")} <input type="datetime-local" value={embargo} onInput={(event) => setEmbargo(event.currentTarget.value)} />
            </label>
            <button
                type="button"
                class={again ? "" : "main"}
                disabled={disabled || (restates && !why.trim())}
                onClick={() => void act(say("prepareEdition"), `/views/${board.period}:signOff`, body)}
            >
                {say(again ? "prepareAgain" : "prepareEdition")}
            </button>
        </p>
    );
}

const shownAtFirst = 40;

/** Every figure that an edition changes, with what causes it, and the findings. */
function Preview({ preview }: { preview: EditionPreviewJson }) {
    const [all, showAll] = useState(false);
    const differences = preview.differences ?? [];
    const shown = all ? differences : differences.slice(0, shownAtFirst);
    const count = differences.length;
    return (
        <>
            <p>{preview.againstEdition ? say("previewOf", count, preview.againstEdition) : say("previewFirst", count)}</p>
            {count === 0 && <p>{say("unchanged")}</p>}
            {count > 0 && (
                <div class="scroll part" tabIndex={0} role="region" aria-label={say("preview")}>
                    <table class="figures preview">
                        <caption class="unseen">{say("preview")}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{say("line")}</th>
                                <th scope="col" class="text">
                                    {say("kind")}
                                </th>
                                <th scope="col">{say("before")}</th>
                                <th scope="col">{say("after")}</th>
                                <th scope="col">{say("exactDifference")}</th>
                                <th scope="col" class="text">
                                    {say("cause")}
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {shown.map((each) => (
                                <Row key={`${each.query?.line} ${each.query?.kind}`} difference={each} />
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
            {!all && count > shownAtFirst && (
                <p>
                    <button type="button" onClick={() => showAll(true)}>
                        {say("showAll", count)}
                    </button>
                </p>
            )}
            <h3>{say("findings")}</h3>
            <Findings findings={preview.findings ?? []} />
        </>
    );
}

function Row({ difference }: { difference: FigureDifferenceJson }) {
    const { query: asked, before, after, causes } = difference;
    const [kind, unit] = [sayOf("kind", asked?.kind ?? ""), sayOf("unit", asked?.unit ?? "UNIT_UNSPECIFIED")];
    return (
        <tr>
            <th scope="row" title={asked?.line}>
                {lineName(asked?.line ?? "")}
            </th>
            <td class="text">
                {kind} {unit && !kind.includes(unit) && <small>{unit}</small>}
            </td>
            <td>{before ? figureText(before) : ""}</td>
            <td>{after ? figureText(after) : ""}</td>
            <td class="exact">{exactText(difference.difference)}</td>
            <td class="text">{(causes ?? []).map(causeText).join(", ")}</td>
        </tr>
    );
}

/** An exact value: whole numbers with grouped digits, fractions as they are. */
export const exactText = (text: string | undefined): string => (/^-?\d+$/.test(text ?? "") ? digits(text!) : (text ?? ""));

const causeText = (cause: DifferenceCauseJson): string =>
    cause.linesVersion
        ? say("linesVersion", cause.linesVersion)
        : `${sayOf("source", cause.source ?? "")} ${monthText(cause.month)} r${cause.revision ?? 0}`;

/** The editions of the period; a published one can be withdrawn. */
function Editions({ period, why, disabled, act }: Doing & { period: string }) {
    if (editions.value.length === 0) return <p>{say("noEditions")}</p>;
    return (
        <div class="scroll part" tabIndex={0} role="region" aria-label={say("editions")}>
            <table class="figures editions">
                <caption class="unseen">{`${say("editions")} ${period}`}</caption>
                <thead>
                    <tr>
                        {(["edition", "state", "prepared", "approved", "why"] as const).map((word) => (
                            <th scope="col" key={word} class="text">
                                {say(word)}
                            </th>
                        ))}
                        <td />
                    </tr>
                </thead>
                <tbody>
                    {editions.value.map((edition) => (
                        <tr key={`${edition.number} ${edition.preparedAt}`}>
                            <th scope="row">
                                <a href={address({ page: "view", period, figures: String(edition.number) })}>
                                    {say("editionNumber", edition.number ?? 0)}
                                </a>
                            </th>
                            <td class="text">{sayOf("edition", edition.state ?? "")}</td>
                            <td class="text">
                                {edition.preparedBy} <small>{moment(edition.preparedAt)}</small>
                            </td>
                            <td class="text">
                                {edition.approvedBy} <small>{moment(edition.approvedAt)}</small>
                            </td>
                            <td class="text">
                                {edition.kind && sayOf("restatement", edition.kind)} {edition.reason && <q>{edition.reason}</q>}{" "}
                                {edition.withdrawnBy && (
                                    <span class="alarm">
                                        {sayOf("edition", "EDITION_STATE_WITHDRAWN")}, {say("by", edition.withdrawnBy)}:{" "}
                                        <q>{edition.withdrawalReason}</q>
                                    </span>
                                )}
                            </td>
                            <td>
                                {edition.state === "EDITION_STATE_PUBLISHED" && (
                                    <button
                                        type="button"
                                        disabled={disabled || !why.trim()}
                                        onClick={() =>
                                            void act(say("withdraw", edition.number ?? 0), `${pathOf(edition)}:withdraw`, { reason: why })
                                        }
                                    >
                                        {say("withdraw", edition.number ?? 0)}
                                    </button>
                                )}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
            {editions.value.some(wasPublished) && (
                <p class="steps">
                    <button
                        type="button"
                        disabled={disabled || !why.trim()}
                        onClick={() => void act(say("unlock"), `/views/${period}:unlock`, { reason: why })}
                    >
                        {say("unlock")}
                    </button>
                </p>
            )}
        </div>
    );
}

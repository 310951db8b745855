// Where a figure comes from: its definition down to the event and revision of each fact, and what changed between its versions.

import { Fragment } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, query } from "../api";
import { editionOf, monthText } from "../board";
import type {
    FigureQueryJson,
    FigureVersionJson,
    GetFigureHistoryResponseJson,
    GetLineageResponseJson,
    LineageNodeJson,
} from "../generated/iij/reporting/v1/reporting_pb";
import { asked, board, connection, period, place } from "../page";
import { digits, lineName, moment, say, sayOf } from "../words";
import { Explanation } from "./explain";
import { figureName, figureText, remark } from "./figure";
import { Connection } from "./head";
import { Remarks } from "./remarks";

// Of the edition that is shown, or of the live view, whose versions the history lists.
const parameters = (figure: FigureQueryJson, of: object, asOf?: string): string =>
    query({
        ...of,
        "query.line": figure.line,
        "query.period": figure.period,
        "query.kind": figure.kind,
        "query.since": figure.since,
        "query.unit": figure.unit,
        "query.decimals": figure.decimals ?? 0,
        "as_of.knowledge": asOf,
    });

/** The facts at the ends of a lineage, by what they are of. */
function factsOf(node: LineageNodeJson, all = new Map<string, LineageNodeJson>()): Map<string, LineageNodeJson> {
    if (node.fact)
        all.set(
            [node.fact.source, monthText(node.fact.month), node.fact.measure, node.fact.subject, node.fact.date].filter(Boolean).join(" "),
            node,
        );
    for (const child of node.children ?? []) factsOf(child, all);
    return all;
}

const exactText = (text: string | undefined): string => (/^-?\d+$/.test(text ?? "") ? digits(text!) : (text ?? ""));

// A node is named by its line or measure and its period.
const nodeName = (name: string): string => name.replace(/^\S+/, lineName);

function Node({ node, depth }: { node: LineageNodeJson; depth: number }) {
    const label = (
        <>
            <b>{nodeName(node.name ?? "")}</b> <span class="exact">{exactText(node.exact) || node.problem}</span>{" "}
            {node.definition && <code>{node.definition}</code>}
            {node.fact && (
                <small>
                    {sayOf("source", node.fact.source!)} {monthText(node.fact.month)}, {say("revision")} {node.fact.revision},{" "}
                    {say("event")} {node.fact.sequence} <code>{node.fact.eventId}</code>
                </small>
            )}
        </>
    );
    if (!node.children?.length) return <li>{label}</li>;
    return (
        <li>
            <details open={depth < 2}>
                <summary>{label}</summary>
                <ul>
                    {node.children.map((child, at) => (
                        <Node key={at} node={child} depth={depth + 1} />
                    ))}
                </ul>
            </details>
        </li>
    );
}

/** The facts that differ between a version of a figure and the one before it. */
function Difference({ figure, from, to }: { figure: FigureQueryJson; from: string; to: string }) {
    const [rows, show] = useState<[string, string, string][] | string>(say("loading"));
    useEffect(() => {
        Promise.all([from, to].map((asOf) => get<GetLineageResponseJson>(`/lineage?${parameters(figure, { latest: true }, asOf)}`)))
            .then((answers) => {
                const [old, young] = answers.map((answer) => factsOf(answer.root ?? {})) as [
                    Map<string, LineageNodeJson>,
                    Map<string, LineageNodeJson>,
                ];
                const text = (node: LineageNodeJson | undefined) =>
                    node ? `${exactText(node.exact)} (r${node.fact?.revision})` : say("missing");
                const keys = [...new Set([...old.keys(), ...young.keys()])].sort();
                show(
                    keys
                        .filter((key) => old.get(key)?.exact !== young.get(key)?.exact)
                        .map((key) => [key, text(old.get(key)), text(young.get(key))]),
                );
            })
            .catch((error: Error) => show(error.message));
    }, [figure, from, to]);
    if (typeof rows === "string") return <p>{rows}</p>;
    if (rows.length === 0) return <p>{say("noDifference")}</p>;
    return (
        <table class="figures">
            <caption>{say("compareVersions")}</caption>
            <tbody>
                {rows.map(([key, old, young]) => (
                    <tr key={key}>
                        <th scope="row">{key}</th>
                        <td>{old}</td>
                        <td>→ {young}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function cause({ periodEvent, decision, linesVersion }: FigureVersionJson): string {
    const parts = periodEvent
        ? [
              sayOf("source", periodEvent.source!),
              monthText(periodEvent.month),
              sayOf("transition", periodEvent.transition!),
              `r${periodEvent.revision ?? 0}`,
              say("by", periodEvent.actor ?? ""),
              periodEvent.reason,
          ]
        : decision
          ? [
                sayOf("decision", decision.kind!),
                decision.source && sayOf("source", decision.source),
                monthText(decision.month),
                say("by", decision.actor ?? ""),
            ]
          : [say("linesVersion", linesVersion ?? 0)];
    return parts.filter(Boolean).join(", ");
}

function History({ figure, history }: { figure: FigureQueryJson; history: GetFigureHistoryResponseJson }) {
    const [opened, open] = useState("");
    const versions = history.versions ?? [];
    return (
        <table class="figures">
            <thead>
                <tr>
                    {(["known", "value", "change", "cause"] as const).map((word) => (
                        <th scope="col" key={word} class={word === "cause" ? "text" : ""}>
                            {say(word)}
                        </th>
                    ))}
                </tr>
            </thead>
            <tbody>
                {versions.map((version, at) => (
                    <Fragment key={version.knowledge}>
                        <tr>
                            <th scope="row">
                                <time dateTime={version.knownAt}>{moment(version.knownAt)}</time>{" "}
                                <small>{say("knowledge", version.knowledge ?? 0)}</small>
                            </th>
                            <td>{figureText(version.figure)}</td>
                            <td>
                                {versions[at + 1] ? (
                                    <button
                                        type="button"
                                        class="figure"
                                        aria-expanded={opened === version.knowledge}
                                        onClick={() => open(opened === version.knowledge ? "" : version.knowledge!)}
                                    >
                                        {version.change ? digits(version.change, true) : "≠"}
                                    </button>
                                ) : null}
                            </td>
                            <td class="text">{cause(version)}</td>
                        </tr>
                        {opened === version.knowledge && (
                            <tr>
                                <td colSpan={4} class="text">
                                    <Difference figure={figure} from={`${BigInt(version.knowledge!) - 1n}`} to={version.knowledge!} />
                                </td>
                            </tr>
                        )}
                    </Fragment>
                ))}
            </tbody>
        </table>
    );
}

// Both of the same moment: the history says of which it is.
async function read(figure: FigureQueryJson, signal: AbortSignal) {
    const history = await get<GetFigureHistoryResponseJson>(`/figure-history?${parameters(figure, {})}`, signal);
    const { figures } = place.peek();
    const of = figures === "live" || figure.period === period.peek() ? editionOf(figures) : {};
    const lineage = await get<GetLineageResponseJson>(`/lineage?${parameters(figure, of, history.knowledge ?? "0")}`, signal);
    return { lineage, history };
}

/** The dialogue of the figure that was asked for; what it shows is renewed while figures come. */
export function Lineage() {
    const figure = asked.value;
    const dialogue = useRef<HTMLDialogElement>(null);
    const [answer, show] = useState<{ lineage: GetLineageResponseJson; history: GetFigureHistoryResponseJson } | string>("");
    // Asked again when the figure has changed, or the connection has: not at every change of anything.
    const etag = figure && board.value?.etagOf(figure);
    const { state } = connection.value;
    useEffect(() => {
        if (figure && !dialogue.current!.open) dialogue.current!.showModal();
        if (!figure) dialogue.current!.close();
        if (!figure) show("");
    }, [figure]);
    useEffect(() => {
        if (!figure || state !== "live") return;
        const end = new AbortController();
        read(figure, end.signal).then(show, (error: Error) => end.signal.aborted || show(error.message));
        return () => end.abort();
    }, [figure, etag, state]);
    return (
        <dialog ref={dialogue} class="lineage" aria-labelledby="lineage-title" onClose={() => (asked.value = null)}>
            <form method="dialog">
                <h2 id="lineage-title">{figure && figureName(figure)}</h2>
                <button type="submit">{say("dismiss")}</button>
            </form>
            {figure && <Connection />}
            {typeof answer === "string" ? (
                <p role="status">{answer || say("loading")}</p>
            ) : (
                figure && <Answer figure={figure} {...answer} />
            )}
        </dialog>
    );
}

function Answer({
    figure,
    lineage,
    history,
}: {
    figure: FigureQueryJson;
    lineage: GetLineageResponseJson;
    history: GetFigureHistoryResponseJson;
}) {
    return (
        <>
            <p class="large">
                {figureText(lineage.figure)} <small>{sayOf("unit", figure.unit ?? "UNIT_UNSPECIFIED")}</small>
            </p>
            <p class="note">
                {say("exact")}:{" "}
                <span class="exact">
                    {exactText(lineage.figure?.exact) ||
                        lineage.figure?.notMeaningful?.message ||
                        lineage.figure?.missing?.inputs?.join("; ")}
                </span>
                {" · "}
                {say("knowledge", lineage.knowledge ?? 0)}
            </p>
            {lineage.figure?.remark && <p class="note">{remark(lineage.figure)}</p>}
            <h3>{say("lineage")}</h3>
            <ul class="tree">{lineage.root && <Node node={lineage.root} depth={0} />}</ul>
            <h3>{say("history")}</h3>
            <History figure={figure} history={history} />
            {history.olderLeftOut && <p class="note">{say("olderOmitted")}</p>}
            <h3>{say("explain")}</h3>
            <Explanation figure={figure} />
            <h3>{say("remarks")}</h3>
            <Remarks figure={figure} />
        </>
    );
}

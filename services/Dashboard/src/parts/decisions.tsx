// The decisions of group accounting about the period and its months: who, when and why. They are read again with each new position.

import { useEffect, useState } from "preact/hooks";
import { get, query } from "../api";
import { type Board, monthText } from "../board";
import { Panel } from "../charts/chart";
import type { DecisionJson, ListDecisionsResponseJson } from "../generated/iij/reporting/v1/reporting_pb";
import { moment, say, sayOf } from "../words";
import { refusal } from "./actor";

const shownMost = 100;

const aboutOf = (decision: DecisionJson): string =>
    [
        decision.period,
        decision.edition && say("editionNumber", decision.edition),
        decision.source && sayOf("source", decision.source),
        monthText(decision.month),
        decision.revision && `r${decision.revision}`,
        decision.linesVersion && say("linesVersion", decision.linesVersion),
    ]
        .filter(Boolean)
        .join(" ");

/** The panel. */
export function Decisions({ board }: { board: Board }) {
    const [answer, show] = useState<ListDecisionsResponseJson | string>(say("loading"));
    const { period } = board;
    useEffect(() => {
        const end = new AbortController();
        get<ListDecisionsResponseJson>(`/decisions?${query({ period, page_size: shownMost })}`, end.signal).then(
            show,
            (error: unknown) => end.signal.aborted || show(refusal(error)),
        );
        return () => end.abort();
    }, [period, board.held.knowledge]);
    const decisions = typeof answer === "string" ? [] : (answer.decisions ?? []);
    return (
        <Panel title={`${say("decisions")} ${period}`} wide>
            {typeof answer === "string" && <p role="status">{answer}</p>}
            {typeof answer !== "string" && decisions.length === 0 && <p>{say("noDecisions")}</p>}
            <ol class="feed decisions">
                {decisions.map((decision) => (
                    <li key={decision.knowledge}>
                        <span class="mark">{sayOf("decision", decision.kind ?? "")}</span> {aboutOf(decision)}{" "}
                        {say("by", decision.actor ?? "")} <time dateTime={decision.decidedAt}>{moment(decision.decidedAt)}</time>
                        {decision.reason && <q>{decision.reason}</q>}
                    </li>
                ))}
            </ol>
        </Panel>
    );
}

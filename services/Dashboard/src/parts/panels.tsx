// The panels that are text: head figures, lines, targets, data status, and closes as they come.

import { Exported } from "./export";
import { type Board, monthText, profits, targets } from "../board";
import { Panel } from "../charts/chart";
import { exact, ratio, rounded } from "../exact";
import type { FigureJson, SourceMonthJson } from "../generated/iij/reporting/v1/reporting_pb";
import { monthsOf, yearToDate } from "../periods";
import { address } from "../page";
import { digits, lineName, moment, say, sayOf } from "../words";
import { Figure } from "./figure";

/** The four figures that are looked at first. */
export function HeadFigures({ board }: { board: Board }) {
    return (
        <section class="heads" aria-label={say("heads")}>
            {profits.map((name) => {
                const line = board.lines.find((each) => each.line === name);
                return (
                    <div class="head" key={name}>
                        <h2>{lineName(name)}</h2>
                        <p class="large">
                            <Figure figure={line?.amount} />
                        </p>
                        <p class="note">
                            {say("yoy")} <Figure figure={line?.yoyChange} /> <Figure figure={line?.yoyPercent} suffix="%" />
                        </p>
                    </div>
                );
            })}
        </section>
    );
}

const isSum = (line: string, board: Board): boolean =>
    !line.includes(".") || line.endsWith(".total") || board.lines.some((each) => each.line!.startsWith(`${line}.`));

// The panel says the unit of nearly all lines; the others say their own.
const unitBeside = (figure: FigureJson | undefined): string =>
    figure?.query?.unit === "UNIT_JPY_MILLION" ? "" : sayOf("unit", figure?.query?.unit ?? "UNIT_UNSPECIFIED");

/** Every consolidated line with what it is compared with. */
export function Lines({ board }: { board: Board }) {
    const byQuarter = board.comparison === "qoq";
    return (
        <Panel title={`${say("chart.lines")} ${board.period}`} note={say("millions")} wide>
            <Exported name={`${say("chart.lines")} ${board.period}`}>
                <div class="scroll" tabIndex={0} role="region" aria-label={say("chart.lines")}>
                    <table class="figures lines">
                        <caption class="unseen">{`${say("chart.lines")} ${board.period}, ${say("millions")}`}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{say("line")}</th>
                                <th scope="col">{say("amount")}</th>
                                <th scope="col">{`${say("change")} (${say(byQuarter ? "qoq" : "yoy")})`}</th>
                                <th scope="col">{say("percent")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {board.lines.map(({ line, amount, yoyChange, yoyPercent }) => (
                                <tr key={line} class={isSum(line!, board) ? "sum" : ""}>
                                    <th scope="row" title={line}>
                                        {lineName(line!)}
                                    </th>
                                    <td>
                                        <Figure figure={amount} />
                                        {unitBeside(amount) && <small> {unitBeside(amount)}</small>}
                                    </td>
                                    <td>
                                        <Figure
                                            figure={
                                                byQuarter ? board.figure(`change ${amount?.query?.unit}`, line!, board.period) : yoyChange
                                            }
                                        />
                                    </td>
                                    <td>
                                        <Figure figure={byQuarter ? board.figure("percent", line!, board.period) : yoyPercent} />
                                    </td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            </Exported>
        </Panel>
    );
}

/** What is reached of the annual targets. */
export function Targets({ board }: { board: Board }) {
    const reachedIn = yearToDate(board.period);
    const year = reachedIn.slice(0, 6);
    const rows = targets.map((line) => ({
        line,
        goal: board.figure("targets", line, year),
        done: board.figure("reached", line, reachedIn),
    }));
    const state = sayOf("state", board.stateOf("reached", reachedIn));
    return (
        <Panel title={`${say("chart.targets")} ${year}`} note={`${reachedIn} (${state}), ${say("millions")}`}>
            {rows.every(({ goal }) => goal?.value === undefined) && <p>{say("noTarget")}</p>}
            {rows
                .filter(({ goal }) => goal?.value !== undefined)
                .map(({ line, goal, done }) => {
                    const part = ratio(exact(done?.exact), exact(goal?.exact));
                    const percent = part ? rounded(part, 1, 100n) : "";
                    return (
                        <div class="progress" key={line}>
                            <p>
                                <b>{lineName(line)}</b> <Figure figure={done} /> / <Figure figure={goal} />{" "}
                                <span>{percent && `${digits(percent)}%`}</span>
                            </p>
                            {percent && <meter aria-label={`${lineName(line)} ${percent}%`} min={0} max={100} value={Number(percent)} />}
                        </div>
                    );
                })}
        </Panel>
    );
}

const symbols: Record<string, string> = {
    DATA_STATUS_RECEIVED: "●",
    DATA_STATUS_IMPACTED: "◐",
    DATA_STATUS_REJECTED: "▲",
    DATA_STATUS_HELD: "■",
    DATA_STATUS_NOT_RECEIVED: "○",
};

/** A cell in words. */
const cellText = (cell: SourceMonthJson): string =>
    [
        sayOf("source", cell.source!),
        monthText(cell.month),
        sayOf("status", cell.status ?? "DATA_STATUS_UNSPECIFIED"),
        cell.revision ? `r${cell.revision}` : "",
        cell.waitingRevision ? `(r${cell.waitingRevision})` : "",
        sayOf("period", cell.periodState ?? "PERIOD_STATE_OPEN"),
    ]
        .filter(Boolean)
        .join(", ");

/** Sources × months: what stands, what is impacted, what waits, what is missing. */
export function StatusMatrix({
    board,
    months,
    chosen,
}: {
    board: Board;
    months: readonly string[];
    chosen?: { source: string; month: string };
}) {
    const sources = board.sources.map((source) => source.source!);
    const cells = new Map(board.cells.map((cell) => [`${cell.source} ${monthText(cell.month)}`, cell]));
    return (
        <>
            <div class="scroll" tabIndex={0} role="region" aria-label={say("chart.status")}>
                <table class="matrix">
                    <caption class="unseen">{say("chart.status")}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say("month")}</th>
                            {sources.map((source) => (
                                <th scope="col" key={source}>
                                    {sayOf("source", source)}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {[...months].reverse().map((month) => (
                            <tr key={month}>
                                <th scope="row">{month}</th>
                                {sources.map((source) => {
                                    const cell = cells.get(`${source} ${month}`) ?? {
                                        source,
                                        month: { year: Number(month.slice(0, 4)), month: Number(month.slice(5)) },
                                        status: "DATA_STATUS_NOT_RECEIVED" as const,
                                    };
                                    const status = cell.status ?? "DATA_STATUS_UNSPECIFIED";
                                    return (
                                        <td key={source}>
                                            <a
                                                class={`cell ${status}`}
                                                href={address({ page: "close", source, month })}
                                                aria-current={chosen?.source === source && chosen.month === month ? "true" : undefined}
                                                title={cellText(cell)}
                                            >
                                                <span class="unseen">{cellText(cell)}</span>
                                                <span aria-hidden="true">{symbols[status]}</span>
                                                <span aria-hidden="true">{cell.revision ? `r${cell.revision}` : ""}</span>
                                                {cell.waitingRevision ? <span aria-hidden="true">→ r{cell.waitingRevision}</span> : null}
                                                {/OPEN|UNSPEC|CLOSED/.test(cell.periodState ?? "OPEN") ? null : (
                                                    <small aria-hidden="true">{sayOf("period", cell.periodState!)}</small>
                                                )}
                                            </a>
                                        </td>
                                    );
                                })}
                            </tr>
                        ))}
                    </tbody>
                    <tfoot>
                        <tr>
                            <th scope="row">{say("gapsRow")}</th>
                            {board.sources.map((source) => (
                                <td key={source.source}>
                                    {source.missing?.length ? (
                                        <strong class="alarm">
                                            {say(
                                                "gap",
                                                source.missing
                                                    .map((range) =>
                                                        range.first === range.last ? range.first : `${range.first}–${range.last}`,
                                                    )
                                                    .join(", "),
                                            )}
                                        </strong>
                                    ) : (
                                        <small>{say("noGaps")}</small>
                                    )}
                                </td>
                            ))}
                        </tr>
                    </tfoot>
                </table>
            </div>
            <p class="note legend">
                {Object.entries(symbols).map(([status, symbol]) => (
                    <span key={status} class={status}>
                        {symbol} {sayOf("status", status)}
                    </span>
                ))}
            </p>
        </>
    );
}

/** The matrix from the beginning of the period's fiscal year on: what is being closed now stays in sight. */
export function Status({ board, months }: { board: Board; months: readonly string[] }) {
    const first = monthsOf(yearToDate(board.period).slice(0, 6))[0]!;
    return (
        <Panel title={say("chart.status")}>
            <StatusMatrix board={board} months={months.filter((month) => month >= first)} />
        </Panel>
    );
}

const shown = 30;

/** The transitions of periods, latest first. */
export function Feed({ board }: { board: Board }) {
    return (
        <Panel title={say("chart.feed")}>
            <div class="scroll" tabIndex={0} aria-label={say("chart.feed")} role="log">
                <ol class="feed">
                    {board.events.slice(0, shown).map((event) => (
                        <li key={event.eventId}>
                            <span class={`mark ${event.transition}`}>{sayOf("transition", event.transition!)}</span>{" "}
                            <a href={address({ page: "close", source: event.source!, month: monthText(event.month) })}>
                                {sayOf("source", event.source!)} {monthText(event.month)}
                            </a>{" "}
                            r{event.revision ?? 0}, {say("by", event.actor ?? "")}{" "}
                            <time dateTime={event.occurredAt}>{moment(event.occurredAt)}</time>
                            {event.reason && <q>{event.reason}</q>}
                        </li>
                    ))}
                </ol>
            </div>
        </Panel>
    );
}

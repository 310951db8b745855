// The backlog's roll-forward as a waterfall: opening, what was ordered, amended, cancelled and turned into revenue, closing.

import { useState } from "preact/hooks";
import { backlogKinds, type Board } from "../board";
import { place, sum } from "../exact";
import type { FigureJson, ViewStateJson } from "../generated/iij/reporting/v1/reporting_pb";
import { monthsOf } from "../periods";
import { digits, lineName, say, type Word } from "../words";
import { amounts, Chart, colour, look, names } from "./chart";

interface Step {
    readonly name: string;
    readonly figure?: FigureJson | undefined;
    /** What it adds, in JPY million; a level where it is the opening or the closing. */
    readonly adds: string | undefined;
    readonly level?: boolean;
}

const negative = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : value.startsWith("-") ? value.slice(1) : /^0*$/.test(value) ? value : `-${value}`;

/** The steps from opening to closing. What they leave over is shown, not hidden: at most half a million a step is rounding. */
export function stepsOf(board: Board, kind: string): Step[] {
    const closing = board.figure("backlog", `backlog.${kind}`, board.period);
    const opening = board.figure("opening", `backlog.opening.${kind}`, monthsOf(board.period)[0]!);
    const step = (name: string, sign: 1 | -1): Step => {
        const figure = board.figure("flows", `backlog.${name}.${kind}`, board.period);
        const adds = sign > 0 ? figure?.value : negative(figure?.value);
        return { name: `${sign > 0 ? "" : "− "}${say(`flow.${name}` as Word)}`, figure, adds };
    };
    const entered = step("opening_entered", 1);
    const steps: Step[] = [
        { name: say("opening"), figure: opening, adds: opening?.value, level: true },
        ...(place(entered.adds) === 0 ? [] : [entered]),
        step("orders_received", 1),
        step("amendments", 1),
        step("cancellations", -1),
        step("revenue", -1),
    ];
    const all = steps.map((one) => one.adds);
    if (closing?.value !== undefined && all.every((value) => value !== undefined)) {
        const left = sum([closing.value, ...all.map((value) => negative(value)!)]);
        const rounding = Math.abs(place(left)!) * 2 <= all.length + 1;
        if (place(left) !== 0) steps.push({ name: say(rounding ? "residual" : "unexplained"), adds: left });
    }
    return [...steps, { name: say("closing"), figure: closing, adds: closing?.value, level: true }];
}

/** The waterfall of one kind of order at a time. */
export function Backlog({ board }: { board: Board }) {
    const [kind, choose] = useState(backlogKinds[0]!);
    const steps = stepsOf(board, kind);
    const columns = steps.map((step) => step.name);
    const lacking = steps.find((step) => step.adds === undefined); // a bar that hangs at a guess would be a wrong figure
    return (
        <Chart
            title={`${say("chart.backlog")} ${board.period}`}
            note={
                <>
                    {backlogKinds.map((each) => (
                        <label key={each} class="choice">
                            <input type="radio" name="backlog" checked={each === kind} onChange={() => choose(each)} />
                            {lineName(`backlog.${each}`)}
                        </label>
                    ))}
                    {say("millions")}
                    {lacking && <strong class="alarm"> {say("notDrawn", lacking.name)}</strong>}
                </>
            }
            grid={{
                columns,
                rows: [
                    {
                        name: lineName(`backlog.${kind}`),
                        figures: steps.map((step) => step.figure ?? (step.adds === undefined ? undefined : { value: step.adds })),
                    },
                ],
            }}
            figureAt={(_, at) => steps[at]?.figure?.query}
            option={() => waterfall(lacking ? [] : steps, columns, board.stateOf("flows", board.period))}
        />
    );
}

// Bars hang between the level before and the level after; an invisible bar carries them.
function waterfall(steps: Step[], columns: string[], state: ViewStateJson) {
    let level = 0;
    const bars = steps.map((step) => {
        const value = place(step.adds) ?? 0;
        const [from, to] = step.level ? [0, value] : [level, level + value];
        level = to;
        const fill = step.level ? "series-1" : value < 0 ? "fall" : "rise";
        return { bottom: Math.min(from, to), height: Math.abs(to - from), fill, text: digits(step.adds ?? "", !step.level) };
    });
    const bar = { type: "bar" as const, stack: "all", stackStrategy: "all" as const }; // below zero too
    return {
        legend: { show: false },
        tooltip: { show: false },
        xAxis: names(columns, { interval: 0, hideOverlap: false, rotate: 30 }),
        yAxis: amounts(),
        series: [
            { ...bar, silent: true, itemStyle: { color: "transparent" }, data: bars.map(({ bottom }) => bottom) },
            {
                ...bar,
                barMaxWidth: 56,
                label: { show: true, position: "top" as const, color: colour("ink") },
                data: bars.map(({ height, fill, text }) => ({
                    value: height,
                    itemStyle: { ...look(state), color: colour(fill) },
                    label: { formatter: text },
                })),
            },
        ],
    };
}

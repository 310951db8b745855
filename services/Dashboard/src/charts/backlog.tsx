// The backlog's roll-forward as a waterfall: opening, what was ordered, amended, cancelled and turned into revenue, closing.

import { useState } from "preact/hooks";
import { backlogKinds, type Board } from "../board";
import { place, sum } from "../exact";
import type { FigureJson } from "../generated/iij/reporting/v1/reporting_pb";
import { before } from "../periods";
import { digits, lineName, say, type Word } from "../words";
import { amounts, Chart, colour, names } from "./chart";

interface Step {
    readonly name: string;
    readonly figure?: FigureJson | undefined;
    /** What it adds, in JPY million; a level where it is the opening or the closing. */
    readonly adds: string | undefined;
    readonly level?: boolean;
}

const negative = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : value.startsWith("-") ? value.slice(1) : /^0*$/.test(value) ? value : `-${value}`;

/** The steps from opening to closing. What rounding leaves over is shown, not hidden. */
export function stepsOf(board: Board, kind: string): Step[] {
    const flow = (name: string) => board.figure("flows", `backlog.${name}.${kind}`, board.period);
    const [opening, closing] = [before(board.period), board.period].map((period) => board.figure("backlog", `backlog.${kind}`, period));
    const step = (name: string, sign: 1 | -1): Step => ({
        name: say(`flow.${name}` as Word),
        figure: flow(name),
        adds: sign > 0 ? flow(name)?.value : negative(flow(name)?.value),
    });
    const steps: Step[] = [
        { name: say("opening"), figure: opening, adds: opening?.value, level: true },
        step("opening_entered", 1),
        step("orders_received", 1),
        step("amendments", 1),
        step("cancellations", -1),
        step("revenue", -1),
    ].filter((one) => one.level || one.name !== say("flow.opening_entered") || place(one.adds) !== 0);
    const all = steps.map((one) => one.adds);
    if (closing?.value !== undefined && all.every((value) => value !== undefined)) {
        const left = sum([closing.value, ...all.map((value) => negative(value)!)]);
        if (place(left) !== 0) steps.push({ name: say("residual"), adds: left });
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
            option={() => waterfall(lacking ? [] : steps, columns)}
        />
    );
}

// Bars hang between the level before and the level after; an invisible bar carries them.
function waterfall(steps: Step[], columns: string[]) {
    let level = 0;
    const bars = steps.map((step) => {
        const value = place(step.adds) ?? 0;
        const [from, to] = step.level ? [0, value] : [level, level + value];
        level = to;
        const fill = step.level ? "series-1" : value < 0 ? "fall" : "rise";
        return { bottom: Math.min(from, to), height: Math.abs(to - from), fill, text: digits(step.adds ?? "", !step.level) };
    });
    return {
        legend: { show: false },
        tooltip: { show: false },
        xAxis: names(columns, { interval: 0, hideOverlap: false, rotate: 30 }),
        yAxis: amounts(),
        series: [
            { type: "bar" as const, stack: "all", silent: true, itemStyle: { color: "transparent" }, data: bars.map((bar) => bar.bottom) },
            {
                type: "bar" as const,
                stack: "all",
                barMaxWidth: 56,
                label: { show: true, position: "top" as const, color: colour("ink") },
                data: bars.map((bar) => ({ value: bar.height, itemStyle: { color: colour(bar.fill) }, label: { formatter: bar.text } })),
            },
        ],
    };
}

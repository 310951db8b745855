// Revenue by segment with the gross margin ratio, and recurring against one-time revenue, over quarters.

import { type Board, quartersShown, segments } from "../board";
import { place } from "../exact";
import { quartersUntil } from "../periods";
import { lineName, say } from "../words";
import { amounts, Chart, column, line, look, names } from "./chart";

/** The last quarters, without those before the first that anything is known of. */
function quartersOf(board: Board): string[] {
    const all = quartersUntil(board.period, quartersShown);
    const first = all.findIndex((quarter) => board.figure("quarters", "revenue.total", quarter)?.value !== undefined);
    return all.slice(Math.max(first, 0));
}

/** Bars of lines on each other, a column a quarter. */
function stack(board: Board, lines: readonly string[], quarters: readonly string[]): object[] {
    return lines.map((line) => ({
        name: lineName(line),
        type: "bar",
        stack: "all",
        barMaxWidth: 48,
        data: quarters.map((quarter) => ({
            value: place(board.figure("quarters", line, quarter)?.value),
            itemStyle: look(board.stateOf("quarters", quarter)),
        })),
    }));
}

function columnsOf(board: Board, quarters: readonly string[]): string[] {
    return quarters.map((quarter) => column(quarter, board.stateOf("quarters", quarter)));
}

/** Revenue by segment and gross margin ratio. */
export function Segments({ board }: { board: Board }) {
    const quarters = quartersOf(board);
    const [columns, margin] = [
        columnsOf(board, quarters),
        quarters.map((quarter) => board.figure("margin", "gross_margin.total", quarter)),
    ];
    const rows = [...segments, "revenue.total", "gross_margin.total"].map((name) => ({
        name: lineName(name),
        figures: quarters.map((quarter) => board.figure("quarters", name, quarter)),
    }));
    const ratio = `${lineName("gross_margin.total")} %`;
    return (
        <Chart
            title={say("chart.segments")}
            note={say("millions")}
            grid={{ columns, rows: [...rows, { name: ratio, figures: margin }] }}
            figureAt={(series, at) =>
                (series < segments.length ? board.figure("quarters", segments[series]!, quarters[at]!) : margin[at])?.query
            }
            option={() => ({
                xAxis: names(columns),
                yAxis: [amounts(), amounts({ splitLine: { show: false } }, { formatter: "{value}%" })],
                series: [
                    ...stack(board, segments, quarters),
                    line(
                        ratio,
                        margin.map((figure) => place(figure?.value)),
                    ),
                ],
            })}
        />
    );
}

/** Recurring against one-time revenue. */
export function Recurring({ board }: { board: Board }) {
    const lines = ["revenue.recurring", "revenue.one_time"];
    const quarters = quartersOf(board);
    const columns = columnsOf(board, quarters);
    return (
        <Chart
            title={say("chart.recurring")}
            note={say("millions")}
            grid={{
                columns,
                rows: lines.map((line) => ({
                    name: lineName(line),
                    figures: quarters.map((quarter) => board.figure("quarters", line, quarter)),
                })),
            }}
            figureAt={(series, at) => board.figure("quarters", lines[series]!, quarters[at]!)?.query}
            option={() => ({ xAxis: names(columns), yAxis: amounts(), series: stack(board, lines, quarters) })}
        />
    );
}

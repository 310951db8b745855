// What is told by month: the cloud's run rate, and the ATMs placed with their usage.

import { type Board, monthsShown } from "../board";
import { exact, place, ratio, rounded } from "../exact";
import { monthsUntil } from "../periods";
import { lineName, say } from "../words";
import { amounts, Chart, column, line, look, names } from "./chart";

/** The cloud's monthly run rate: its revenue of each month. */
export function Cloud({ board }: { board: Board }) {
    const months = monthsUntil(board.period, monthsShown);
    const columns = months.map((month) => column(month, board.stateOf("cloud", month)));
    const figures = months.map((month) => board.figure("cloud", "cloud.revenue", month));
    return (
        <Chart
            title={say("chart.cloud")}
            note={say("millions")}
            grid={{ columns, rows: [{ name: lineName("cloud.revenue"), figures }] }}
            figureAt={(_, at) => figures[at]?.query}
            option={() => ({
                legend: { show: false },
                xAxis: names(columns),
                yAxis: amounts(),
                series: [
                    {
                        name: lineName("cloud.revenue"),
                        type: "bar",
                        barMaxWidth: 36,
                        data: figures.map((figure, at) => ({
                            value: place(figure?.value),
                            itemStyle: look(board.stateOf("cloud", months[at]!)),
                        })),
                    },
                ],
            })}
        />
    );
}

/** ATMs placed at the end of each month, and withdrawals per ATM and day: one over the other after both were summed. */
export function Atm({ board }: { board: Board }) {
    const months = monthsUntil(board.period, monthsShown);
    const columns = months.map((month) => column(month, board.stateOf("atm", month)));
    const figures = (line: string) => months.map((month) => board.figure("atm", line, month));
    const [placed, withdrawals, days] = [figures("atm.placed"), figures("atm.withdrawals"), figures("atm.days_placed")];
    const usage = months
        .map((_, at) => ratio(exact(withdrawals[at]?.exact), exact(days[at]?.exact)))
        .map((each) => (each ? rounded(each, 1) : ""));
    return (
        <Chart
            title={say("chart.atm")}
            grid={{
                columns,
                rows: [
                    { name: lineName("atm.placed"), figures: placed },
                    { name: lineName("atm.withdrawals"), figures: withdrawals },
                    { name: lineName("atm.days_placed"), figures: days },
                    { name: say("usage"), figures: [], texts: usage.map((text) => text || say("missing")) },
                ],
            }}
            figureAt={(series, at) => (series === 0 ? placed : withdrawals)[at]?.query}
            option={() => ({
                xAxis: names(columns),
                yAxis: [amounts(), amounts({ splitLine: { show: false }, min: 0 })],
                series: [
                    {
                        name: lineName("atm.placed"),
                        type: "bar",
                        barMaxWidth: 36,
                        data: placed.map((figure, at) => ({
                            value: place(figure?.value),
                            itemStyle: look(board.stateOf("atm", months[at]!)),
                        })),
                    },
                    line(say("usage"), usage.map(place)),
                ],
            })}
        />
    );
}

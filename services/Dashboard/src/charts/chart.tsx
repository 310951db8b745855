// A chart of Apache ECharts as SVG, so that it prints and scales, with its figures in a table beside it for readers who do not see it.

import { Exported } from "../parts/export";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { EChartsOption, XAXisComponentOption, YAXisComponentOption } from "echarts";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { FigureJson, FigureQueryJson, ViewStateJson } from "../generated/iij/reporting/v1/reporting_pb";
import { Figure } from "../parts/figure";
import { asked } from "../page";
import { language, sayOf, say } from "../words";

echarts.use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

/** A colour of the style sheet. */
export const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Text is as large as the page's: on a wall it is read from afar. */
const textSize = (): number => Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8);

/** What every chart of the page has in common. */
export function base(): EChartsOption {
    const size = textSize();
    return {
        animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
        animationDuration: 300,
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size },
        color: [1, 2, 3, 4, 5].map((n) => colour(`series-${n}`)),
        grid: { left: 8, right: 8, top: 3.5 * size, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
        legend: {
            top: 0,
            left: 0,
            textStyle: { color: colour("ink-soft"), fontSize: size },
            itemWidth: 1.2 * size,
            itemHeight: 0.8 * size,
        },
        tooltip: {
            trigger: "axis",
            confine: true,
            backgroundColor: colour("surface"),
            borderColor: colour("edge"),
            textStyle: { color: colour("ink"), fontSize: size },
        },
    };
}

/** An axis of names, and one of amounts. */
export const names = (data: string[], label: object = {}): XAXisComponentOption => ({
    type: "category",
    data,
    axisLabel: { color: colour("ink-soft"), fontSize: textSize(), interval: "auto", hideOverlap: true, ...label },
    axisLine: { lineStyle: { color: colour("edge") } },
    axisTick: { show: false },
});

export const amounts = (extra: object = {}, label: object = {}): YAXisComponentOption => ({
    type: "value",
    axisLabel: { color: colour("ink-soft"), fontSize: textSize(), ...label },
    splitLine: { lineStyle: { color: colour("edge-soft") } },
    ...extra,
});

/** A line over bars, on an axis of its own. */
export const line = (name: string, data: (number | null)[]): object => ({
    name,
    type: "line",
    yAxisIndex: 1,
    symbolSize: 0.6 * textSize(),
    data,
    lineStyle: { width: textSize() / 6, color: colour("ink") },
    itemStyle: { color: colour("ink") },
});

/** How a bar looks whose period may still change, or was restated: hatched and outlined, not only of another colour. */
export function look(state: ViewStateJson): object {
    const line = { borderColor: colour("surface"), borderWidth: 0.5 };
    if (state === "VIEW_STATE_PROVISIONAL")
        return {
            ...line,
            opacity: 0.75,
            decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4, color: colour("surface") },
        };
    if (state === "VIEW_STATE_RESTATED")
        return {
            ...line,
            decal: {
                symbol: "circle",
                symbolSize: 0.6,
                dashArrayX: [
                    [8, 8],
                    [0, 8, 8, 0],
                ],
                dashArrayY: [6, 0],
                color: colour("surface"),
            },
        };
    return line;
}

/** A period with its state below it. */
export const column = (period: string, state: ViewStateJson): string =>
    [period.replace(/^FY(\d\d)(\d\d)-?/, "FY$2 "), state === "VIEW_STATE_COMPLETE" ? "" : sayOf("short", state)].filter(Boolean).join("\n");

/** Rows of figures under columns. */
export interface Grid {
    readonly columns: readonly string[];
    readonly rows: readonly {
        readonly name: string;
        readonly figures: readonly (FigureJson | undefined)[];
        readonly texts?: readonly string[];
    }[];
}

/** The figures of a chart as a table. */
function FigureGrid({ grid, caption }: { grid: Grid; caption: string }) {
    return (
        <Exported name={caption}>
            <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
                <table class="figures">
                    <caption class="unseen">{caption}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say("line")}</th>
                            {grid.columns.map((name) => (
                                <th scope="col" key={name}>
                                    {name.replace("\n", " ")}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {grid.rows.map((row) => (
                            <tr key={row.name}>
                                <th scope="row">{row.name}</th>
                                {grid.columns.map((name, at) => (
                                    <td key={name}>{row.texts ? row.texts[at] : <Figure figure={row.figures[at]} />}</td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </Exported>
    );
}

/** A panel of the page. */
export function Panel({
    title,
    note,
    wide,
    children,
}: {
    title: string;
    note?: ComponentChildren;
    wide?: boolean;
    children: ComponentChildren;
}) {
    return (
        <section class={wide ? "panel wide" : "panel"} aria-label={title}>
            <h2>{title}</h2>
            {note && <p class="note">{note}</p>}
            {children}
        </section>
    );
}

interface Props {
    readonly title: string;
    readonly note?: ComponentChildren;
    readonly grid: Grid;
    /** Made anew whenever the figures, the language or the colours change. */
    readonly option: () => EChartsOption;
    /** The figure behind a point. */
    readonly figureAt?: (series: number, at: number) => FigureQueryJson | undefined;
}

/** A chart with its title and its table. */
export function Chart({ title, note, grid, option, figureAt }: Props) {
    const place = useRef<HTMLDivElement>(null);
    const chart = useRef<echarts.ECharts | null>(null);
    const figureOf = useRef(figureAt);
    figureOf.current = figureAt;
    useEffect(() => {
        const made = echarts.init(place.current!, null, { renderer: "svg" });
        chart.current = made;
        made.on("click", (point) => {
            asked.value = figureOf.current?.(point.seriesIndex ?? 0, point.dataIndex) ?? null;
        });
        const watcher = new ResizeObserver(() => made.resize());
        watcher.observe(place.current!);
        return () => (watcher.disconnect(), made.dispose());
    }, []);
    const shown = JSON.stringify([grid, language.value]);
    useEffect(() => {
        const draw = () => chart.current?.setOption({ ...base(), ...option() }, { notMerge: true });
        draw();
        const changes = ["(prefers-color-scheme: dark)", "print"].map((query) => matchMedia(query));
        for (const change of changes) change.addEventListener("change", draw);
        return () => changes.forEach((change) => change.removeEventListener("change", draw));
    }, [shown]);
    return (
        <Panel title={title} note={note}>
            <div class="chart" ref={place} role="img" aria-label={title} />
            <details>
                <summary>{say("asTable")}</summary>
                <FigureGrid grid={grid} caption={title} />
            </details>
        </Panel>
    );
}

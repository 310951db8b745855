// What the page watches: one stream of several subjects, all of the same moment, named here and found again by their number.

import type {
    ViewHeaderJson,
    WatchItemJson,
    WatchRequestJson,
    WatchedSeveralJson,
    WatchedTableJson,
} from "./generated/iij/reporting/v1/feed_pb";
import type { PeriodEventJson } from "./generated/iij/closing/v1/closing_pb";
import type {
    FigureJson,
    FigureQueryJson,
    KindJson,
    SourceMonthJson,
    SourceStatusJson,
    ViewLineJson,
    ViewStateJson,
} from "./generated/iij/reporting/v1/reporting_pb";
import type { UnitJson } from "./generated/iij/money/v1/money_pb";
import type { Problem } from "./api";
import { monthsOf, monthsUntil, quartersUntil, yearToDate } from "./periods";
import type { Held } from "./stream";

/** What the lines of the view are compared with. */
export type Comparison = "yoy" | "qoq";

export const segments = ["revenue.network", "revenue.systems_integration", "revenue.equipment", "revenue.atm"];
export const profits = ["revenue.total", "gross_margin.total", "operating_income", "net_income_attributable"];
export const targets = ["revenue.total", "operating_income", "income_before_tax", "net_income_attributable"];
export const backlogKinds = ["construction", "operation"];
const flows = ["orders_received", "amendments", "cancellations", "revenue", "opening_entered"];

/** How many quarters and months charts go back. */
export const quartersShown = 8;
export const monthsShown = 12;

function table(lines: string[], periods: string[], kind: KindJson, unit: UnitJson, decimals = 0): WatchRequestJson {
    const asked: WatchedTableJson = { lines, periods, kind, unit, decimals };
    return { table: asked };
}

/** A line of the view and the unit it is shown in. */
export interface LineUnit {
    readonly line: string;
    readonly unit: UnitJson;
}

// Charts and comparisons of the live view are of the live view too; of an edition they are of what is published.
const liveIn = (parts: Record<string, WatchRequestJson>): Record<string, WatchRequestJson> =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.table ? { table: { ...part.table, latest: true } } : part]));

/** Whose figures: of the live view, of an edition, or of what is published. */
export const editionOf = (figures: string): { edition?: number; latest?: boolean } =>
    figures === "live" ? { latest: true } : figures ? { edition: Number(figures) } : {};

/**
 * The parts of the stream for a period, by name; without a period what is known of sources and their closes.
 * Figures: empty for what is published, "live", or the number of an edition.
 */
export function partsOf(
    period: string,
    comparison: Comparison,
    lines: readonly LineUnit[],
    figures = "",
): Record<string, WatchRequestJson> {
    if (!period) return { status: { dataStatus: {} }, events: { periodEvents: {} } };
    const until = quartersUntil(period, quartersShown);
    const year = period.slice(0, 2) === "FY" ? period.slice(0, 6) : yearToDate(period).slice(0, 6);
    const parts: Record<string, WatchRequestJson> = {
        view: { view: { period, unit: "UNIT_JPY_MILLION", ...editionOf(figures) } },
        status: { dataStatus: {} },
        events: { periodEvents: {} },
        quarters: table(
            [...segments, "revenue.total", "revenue.recurring", "revenue.one_time", "gross_margin.total"],
            until,
            "KIND_AMOUNT",
            "UNIT_JPY_MILLION",
        ),
        margin: table(["gross_margin.total"], until, "KIND_MARGIN_PERCENT", "UNIT_PERCENT", 1),
        flows: table(
            backlogKinds.flatMap((kind) => flows.map((flow) => `backlog.${flow}.${kind}`)),
            [period],
            "KIND_AMOUNT",
            "UNIT_JPY_MILLION",
        ),
        opening: table(
            backlogKinds.map((kind) => `backlog.opening.${kind}`),
            monthsOf(period).slice(0, 1),
            "KIND_AMOUNT",
            "UNIT_JPY_MILLION",
        ),
        backlog: table(
            backlogKinds.map((kind) => `backlog.${kind}`),
            [period],
            "KIND_AMOUNT",
            "UNIT_JPY_MILLION",
        ),
        cloud: table(["cloud.revenue"], monthsUntil(period, monthsShown), "KIND_AMOUNT", "UNIT_JPY_MILLION"),
        atm: table(["atm.placed", "atm.withdrawals", "atm.days_placed"], monthsUntil(period, monthsShown), "KIND_AMOUNT", "UNIT_COUNT"),
        targets: table(targets, [year], "KIND_TARGET_AMOUNT", "UNIT_JPY_MILLION"),
        reached: table(targets, [yearToDate(period)], "KIND_AMOUNT", "UNIT_JPY_MILLION"),
    };
    const all = comparison === "qoq" && lines.length > 0 ? { ...parts, ...againstQuarterBefore(period, lines) } : parts;
    return figures === "live" ? liveIn(all) : all;
}

// A table has one unit, the lines of a model may have several.
function againstQuarterBefore(period: string, lines: readonly LineUnit[]): Record<string, WatchRequestJson> {
    const changes = [...new Set(lines.map(({ unit }) => unit))].map((unit) => {
        const names = lines.filter((each) => each.unit === unit).map(({ line }) => line);
        return [`change ${unit}`, table(names, [period], "KIND_QOQ_CHANGE", unit)] as const;
    });
    const percent = table(
        lines.map(({ line }) => line),
        [period],
        "KIND_QOQ_PERCENT",
        "UNIT_PERCENT",
        1,
    );
    return { ...Object.fromEntries(changes), percent };
}

/** The subject of the stream, without the parts that the model of lines cannot answer. */
export const subjectOf = (parts: Record<string, WatchRequestJson>, without: ReadonlySet<string>): WatchedSeveralJson => ({
    parts: Object.entries(parts)
        .filter(([name]) => !without.has(name))
        .map(([, part]) => part),
});

/** The part that the model of lines cannot answer, as a refusal names it: several.parts[4].table.line. */
export function refusedPart(problem: Problem, parts: Record<string, WatchRequestJson>, without: ReadonlySet<string>): string | undefined {
    const number = /^several\.parts\[(\d+)\]/.exec(problem.metadata["field"] ?? "")?.[1];
    const part = Object.keys(parts).filter((name) => !without.has(name))[Number(number)];
    return ["LINE_UNKNOWN", "KIND_UNFIT", "UNIT_UNFIT"].includes(problem.reason) && part && !(part in partsOf("", "yoy", []))
        ? part
        : undefined;
}

/** What is held, found by part. */
export class Board {
    private readonly numbers: Record<string, number>;

    constructor(
        readonly held: Held,
        names: readonly string[],
        readonly comparison: Comparison,
    ) {
        this.numbers = Object.fromEntries(names.map((name, number) => [name, number]));
    }

    /** A figure of a table. */
    figure(part: string, line: string, period: string): FigureJson | undefined {
        return this.item(part, `${line}/${period}`)?.figure;
    }

    /** The state of a period of a table. */
    stateOf(part: string, period: string): ViewStateJson {
        return this.item(part, period)?.header?.state ?? "VIEW_STATE_UNSPECIFIED";
    }

    /** The period that a part is of: what is shown together belongs together, also while another is on its way. */
    get period(): string {
        return this.item("view", "")?.header?.period ?? "";
    }

    get state(): ViewStateJson {
        return this.item("view", "")?.header?.state ?? "VIEW_STATE_UNSPECIFIED";
    }

    /** Whose figures these are, what differs from them, and what waits for approval. */
    get header(): ViewHeaderJson {
        return this.item("view", "")?.header ?? {};
    }

    /** The version of the model of lines. */
    get linesVersion(): number {
        return this.item("view", "")?.header?.linesVersion ?? 0;
    }

    /** What tells a figure as it is now from what it was: other when it has changed. */
    etagOf(asked: FigureQueryJson): string {
        const text = JSON.stringify(asked);
        const is = (figure: FigureJson | undefined) => figure?.query?.line === asked.line && JSON.stringify(figure?.query) === text;
        const found = [...this.held.items.values()].find(
            ({ figure, line }) => is(figure) || is(line?.amount) || is(line?.yoyChange) || is(line?.yoyPercent),
        );
        return found?.etag ?? this.held.knowledge;
    }

    /** The lines of the view, in the order they are shown. */
    get lines(): ViewLineJson[] {
        return (this.item("view", "")?.header?.lines ?? []).flatMap((name) => this.item("view", name)?.line ?? []);
    }

    get cells(): SourceMonthJson[] {
        return this.all("status").flatMap((item) => item.cell ?? []);
    }

    get sources(): SourceStatusJson[] {
        return this.all("status").flatMap((item) => item.source ?? []);
    }

    /** The transitions of periods, latest first. */
    get events(): PeriodEventJson[] {
        return this.all("events")
            .sort((a, b) => (a.key! < b.key! ? 1 : -1))
            .flatMap((item) => item.periodEvent ?? []);
    }

    private item(part: string, key: string): WatchItemJson | undefined {
        return this.held.items.get(`${this.numbers[part]}/${key}`);
    }

    private all(part: string): WatchItemJson[] {
        const prefix = `${this.numbers[part]}/`;
        return [...this.held.items.values()].filter((item) => item.key!.startsWith(prefix));
    }
}

/** 2012-12 of a month. */
export const monthText = (month: { year?: number; month?: number } | undefined): string =>
    month ? `${month.year}-${String(month.month).padStart(2, "0")}` : "";

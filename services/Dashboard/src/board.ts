// What the page watches: one stream of several subjects, all of the same moment, named here and found again by their number.

import type { WatchItemJson, WatchRequestJson, WatchedSeveralJson, WatchedTableJson } from "./generated/iij/reporting/v1/feed_pb";
import type { PeriodEventJson } from "./generated/iij/closing/v1/closing_pb";
import type {
    FigureJson,
    KindJson,
    SourceMonthJson,
    SourceStatusJson,
    ViewLineJson,
    ViewStateJson,
} from "./generated/iij/reporting/v1/reporting_pb";
import type { UnitJson } from "./generated/iij/money/v1/money_pb";
import { before, monthsUntil, quartersUntil, yearToDate } from "./periods";
import type { Held } from "./stream";

/** What the lines of the view are compared with. */
export type Comparison = "yoy" | "qoq";

export const segments = ["revenue.network", "revenue.systems_integration", "revenue.equipment", "revenue.atm"];
export const profits = ["revenue.total", "gross_margin.total", "operating_income", "net_income_attributable"];
export const targets = ["revenue.total", "operating_income", "income_before_tax", "net_income_attributable"];
export const backlogKinds = ["construction", "operation"];
const flows = ["orders_received", "amendments", "cancellations", "revenue", "opening_entered"];
const quarters = 8;
const months = 12;

function table(lines: string[], periods: string[], kind: KindJson, unit: UnitJson, decimals = 0): WatchRequestJson {
    const asked: WatchedTableJson = { lines, periods, kind, unit, decimals };
    return { table: asked };
}

/** The parts of the stream for a period, by name. */
export function partsOf(period: string, comparison: Comparison, lines: string[]): Record<string, WatchRequestJson> {
    const [until, opening] = [quartersUntil(period, quarters), before(period)];
    const year = period.slice(0, 2) === "FY" ? period.slice(0, 6) : yearToDate(period).slice(0, 6);
    const parts: Record<string, WatchRequestJson> = {
        view: { view: { period, unit: "UNIT_JPY_MILLION" } },
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
        backlog: table(
            backlogKinds.map((kind) => `backlog.${kind}`),
            [opening, period],
            "KIND_AMOUNT",
            "UNIT_JPY_MILLION",
        ),
        cloud: table(["cloud.revenue"], monthsUntil(period, months), "KIND_AMOUNT", "UNIT_JPY_MILLION"),
        atm: table(["atm.placed", "atm.withdrawals", "atm.days_placed"], monthsUntil(period, months), "KIND_AMOUNT", "UNIT_COUNT"),
        targets: table(targets, [year], "KIND_TARGET_AMOUNT", "UNIT_JPY_MILLION"),
        reached: table(targets, [yearToDate(period)], "KIND_AMOUNT", "UNIT_JPY_MILLION"),
    };
    if (comparison === "qoq" && lines.length > 0) {
        parts["change"] = table(lines, [period], "KIND_QOQ_CHANGE", "UNIT_JPY_MILLION");
        parts["percent"] = table(lines, [period], "KIND_QOQ_PERCENT", "UNIT_PERCENT", 1);
    }
    return parts;
}

/** The subject of the stream, without the parts that the model of lines cannot answer. */
export const subjectOf = (parts: Record<string, WatchRequestJson>, without: ReadonlySet<string>): WatchedSeveralJson => ({
    parts: Object.entries(parts)
        .filter(([name]) => !without.has(name))
        .map(([, part]) => part),
});

/** The part that a refusal names, such as several.parts[4].table.line. */
export function refusedPart(
    field: string | undefined,
    parts: Record<string, WatchRequestJson>,
    without: ReadonlySet<string>,
): string | undefined {
    const number = /^several\.parts\[(\d+)\]/.exec(field ?? "")?.[1];
    return number === undefined ? undefined : Object.keys(parts).filter((name) => !without.has(name))[Number(number)];
}

/** What is held, found by part. */
export class Board {
    private readonly numbers: Record<string, number>;

    constructor(
        readonly held: Held,
        names: readonly string[],
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

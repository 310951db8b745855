// What the page shows and what it is connected to: the one place where its state lives.

import { batch, computed, effect, signal } from "@preact/signals";
import { get } from "./api";
import { Board, type Comparison, monthText, partsOf, refusedPart, subjectOf } from "./board";
import type { FigureQueryJson, ListDataStatusResponseJson } from "./generated/iij/reporting/v1/reporting_pb";
import { latestPeriod, monthsOf } from "./periods";
import { type Connection, Subscription } from "./stream";

/** Where the page is: the view of a period, or the close of a month of a source. */
export interface Place {
    readonly page: "view" | "close";
    readonly period: string;
    readonly comparison: Comparison;
    readonly source: string;
    readonly month: string;
}

function read(hash: string): Place {
    const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
    const [page, first = "", second = ""] = path.split("/").map(decodeURIComponent);
    const comparison = new URLSearchParams(query).get("compare") === "qoq" ? "qoq" : "yoy";
    return page === "close"
        ? { page, period: "", comparison, source: first, month: monthsOf(second).length === 1 ? second : "" }
        : { page: "view", period: monthsOf(first).length > 0 ? first : "", comparison, source: "", month: "" };
}

/** The place, as the address says it: it can be sent to somebody. */
export const place = signal<Place>(read(location.hash));
addEventListener("hashchange", () => (place.value = read(location.hash)));

/** The address of a place. */
export function address(to: Partial<Place>): string {
    const next = { ...place.value, ...to };
    if (next.page === "close") return `#/close${next.source ? `/${next.source}/${next.month}` : ""}`;
    return `#/view/${next.period || period.value}${next.comparison === "qoq" ? "?compare=qoq" : ""}`;
}

/** Goes to a place. */
export const go = (to: Partial<Place>): void => void (location.hash = address(to));

/** Every month that anything is known of. */
const firstMonths = signal<readonly string[]>([]);
const problem = signal<string>("");
export const failed = computed(() => problem.value);

export const connection = signal<Connection>({ state: "connecting", since: Date.now(), heard: 0 });
export const board = signal<Board | null>(null);

/** The parts of the page that the model of lines cannot answer. */
export const unavailable = signal<ReadonlyMap<string, string>>(new Map());

/** The months that are known, also those that came since. */
export const months = computed(() => {
    const cells = board.value?.cells ?? [];
    return [...new Set([...firstMonths.value, ...cells.map((cell) => monthText(cell.month))])].sort();
});

const first = computed(() => latestPeriod(firstMonths.value) ?? "");

/** The period shown. */
export const period = computed(() => place.value.period || first.value);

/** The figure whose lineage is shown. */
export const asked = signal<FigureQueryJson | null>(null);

/** The time, once a second. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 1000);

const lines = signal<readonly string[]>([]);
let subscription: Subscription | null = null;
let subject = "";

function watch(): void {
    const asking = period.value;
    if (!asking) return;
    const comparison = place.value.comparison === "qoq" && /Q\d$/.test(asking) ? "qoq" : "yoy";
    const parts = partsOf(asking, comparison, [...lines.value]);
    const without = new Set(unavailable.value.keys());
    const next = JSON.stringify(subjectOf(parts, without));
    if (next === subject) return;
    subject = next;
    subscription?.close();
    const names = Object.keys(parts).filter((name) => !without.has(name));
    subscription = new Subscription(
        JSON.parse(next),
        (held) =>
            batch(() => {
                board.value = new Board(held, names);
                const known = board.value.lines.map((line) => line.line!);
                if (known.join() !== lines.value.join()) lines.value = known;
            }),
        (state) => {
            const refused = state.problem && refusedPart(state.problem.metadata["field"], parts, without);
            if (refused && state.state === "refused") unavailable.value = new Map(unavailable.value).set(refused, state.problem.message);
            else connection.value = state;
        },
    );
}

// Hidden for a while, the page lets its connection go: browsers allow only a few to one server.
const hiddenMax = 30_000;
let hidden = 0;
document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = window.setTimeout(() => subscription?.pause(true), hiddenMax);
    else subscription?.pause(false);
});

/** Asks which months there are, until there is one. */
async function begin(): Promise<void> {
    for (let pause = 1000; firstMonths.value.length === 0; pause = Math.min(2 * pause, 15_000)) {
        try {
            firstMonths.value = await knownMonths();
            problem.value = "";
        } catch (error) {
            problem.value = error instanceof Error ? error.message : String(error);
        }
        if (firstMonths.value.length === 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
}

async function knownMonths(): Promise<string[]> {
    const found = new Set<string>();
    for (let token: string | undefined = ""; token !== undefined;) {
        const page: ListDataStatusResponseJson = await get(`/data-status?page_size=1000&page_token=${encodeURIComponent(token)}`);
        for (const cell of page.cells ?? []) found.add(monthText(cell.month));
        token = page.nextPageToken || undefined;
    }
    return [...found];
}

/** Begins to watch. */
export function start(): void {
    effect(watch);
    void begin();
}

// What the page shows and what it is connected to: the one place where its state lives.

import { batch, computed, effect, signal } from "@preact/signals";
import { Board, type Comparison, type LineUnit, monthText, partsOf, refusedPart, subjectOf } from "./board";
import type { FigureQueryJson } from "./generated/iij/reporting/v1/reporting_pb";
import { latestPeriod, monthsOf } from "./periods";
import { type Connection, Subscription } from "./stream";

/** Where the page is: the view of a period, or the close of a month of a source. */
export interface Place {
    readonly page: "view" | "close";
    readonly period: string;
    readonly comparison: Comparison;
    /** Whose figures: empty for the latest edition (where none is published, the live view), "live", or the number of an edition. */
    readonly figures: string;
    readonly source: string;
    readonly month: string;
}

// What cannot be read of an address is left out of it, and what it does not say stays as it was.
function read(hash: string, before: Place): Place {
    const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
    const [page, first = "", second = ""] = path.split("/");
    if (page === "close")
        return { ...before, page, source: /^[a-z]+$/.test(first) ? first : "", month: monthsOf(second).length === 1 ? second : "" };
    const asks = new URLSearchParams(query);
    const comparison = asks.get("compare") === "qoq" ? "qoq" : "yoy";
    const figures = /^(live|[1-9]\d{0,5})$/.exec(asks.get("figures") ?? "")?.[0] ?? "";
    return { ...before, page: "view", period: monthsOf(first).length > 0 ? first : path && before.period, comparison, figures };
}

/** The place, as the address says it: it can be sent to somebody. */
export const place = signal<Place>(
    read(location.hash, { page: "view", period: "", comparison: "yoy", figures: "", source: "", month: "" }),
);
addEventListener("hashchange", () => (place.value = read(location.hash, place.value)));

/** The address of a place. */
export function address(to: Partial<Place>): string {
    const next = { ...place.value, ...to };
    if (next.page === "close") return `#/close${next.source ? `/${next.source}/${next.month}` : ""}`;
    const asks = new URLSearchParams({
        ...(next.comparison === "qoq" ? { compare: "qoq" } : {}),
        ...(next.figures ? { figures: next.figures } : {}),
    }).toString();
    return `#/view/${next.period || period.value}${asks && `?${asks}`}`;
}

/** Goes to a place. */
export const go = (to: Partial<Place>): void => void (location.hash = address(to));

/** What is shown; null until there is something. */
export const board = signal<Board | null>(null);

/** How the page is connected, and since when it is not live (milliseconds since 1970; 0 while it is). */
export const connection = signal<Connection & { readonly since: number }>({ state: "connecting", since: Date.now() });

/** When reporting last said that what is shown is what is, in milliseconds since 1970; 0 before. */
export const heard = signal(0);

/** The parts of the page that the model of lines cannot answer, and why. */
export const unavailable = signal<ReadonlyMap<string, string>>(new Map());

/** The months that anything is known of. */
export const months = computed(() => [...new Set(board.value?.cells.map((cell) => monthText(cell.month)))].sort());

// The period of the first moment: it does not move on while somebody looks at it.
const first = signal("");

/** The period asked for; empty while no month is known. */
export const period = computed(() => place.value.period || first.value);

/** The figure whose lineage is shown. */
export const asked = signal<FigureQueryJson | null>(null);

/** The time, once a second. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 1000);

/** Whether what is shown may not be what is: at once where the connection is lost, after two seconds where another is being made. */
export const stale = computed(() => {
    const { state, since } = connection.value;
    return board.value !== null && since > 0 && (state !== "connecting" || now.value - since > 2_000);
});

const lines = signal<readonly LineUnit[]>([]);
const linesVersion = computed(() => board.value?.linesVersion ?? 0);
let subscription: Subscription | null = null;
let watched = { subject: "", of: "" };

function watch(): void {
    const asking = period.value;
    const comparison = place.value.comparison === "qoq" && /Q\d$/.test(asking) ? "qoq" : "yoy";
    const of = `${asking} ${linesVersion.value}`;
    // Another model of lines, or another period, may well answer what this one could not.
    const without = of === watched.of ? new Set(unavailable.value.keys()) : new Set<string>();
    if (of !== watched.of && unavailable.peek().size > 0) unavailable.value = new Map();
    const parts = partsOf(asking, comparison, lines.value, place.value.figures);
    const subject = JSON.stringify(subjectOf(parts, without));
    const same = subject === watched.subject;
    watched = { subject, of };
    if (same) return;
    subscription?.close();
    const names = Object.keys(parts).filter((name) => !without.has(name));
    subscription = new Subscription(
        JSON.parse(subject),
        (held) => show(new Board(held, names, comparison)),
        (next) => {
            const refused = next.problem && refusedPart(next.problem, parts, without);
            if (refused) unavailable.value = new Map(unavailable.value).set(refused, next.problem!.message);
            else become(next);
        },
    );
}

function show(next: Board): void {
    batch(() => {
        [board.value, heard.value] = [next, Date.now()];
        const known = next.lines.map(({ line, amount }) => ({ line: line!, unit: amount?.query?.unit ?? "UNIT_JPY_MILLION" }));
        if (next.period && JSON.stringify(known) !== JSON.stringify(lines.value)) lines.value = known;
        if (!first.value) first.value = latestPeriod(months.value) ?? "";
    });
}

function become(next: Connection): void {
    const since = next.state === "live" ? 0 : connection.peek().since || Date.now();
    connection.value = { ...next, since };
}

// Hidden for a while, the page lets its connection go: browsers allow only a few to one server.
const hiddenMax = 30_000;
let hidden = 0;
document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = window.setTimeout(() => subscription?.pause(true), hiddenMax);
    else subscription?.pause(false);
});

/** Begins to watch. */
export const start = (): void => void effect(watch);

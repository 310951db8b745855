// One figure as text: a value, "n/m", or a dash for what is missing. Each opens its lineage.

import type { FigureJson, FigureQueryJson } from "../generated/iij/reporting/v1/reporting_pb";
import { asked } from "../page";
import { digits, lineName, meaningOf, say, sayOf } from "../words";

const isChange = (query: FigureQueryJson | undefined): boolean => /CHANGE|YOY_PERCENT|QOQ_PERCENT/.test(query?.kind ?? "");

/** Whether more of a line is better: cost up is not good news. */
const isCost = (line: string | undefined): boolean => /^(cost\.|sga)/.test(line ?? "");

/** "good" or "bad" of a change, by its sign and its line; empty for any other figure. */
function favour(figure: FigureJson): string {
    if (!isChange(figure.query) || !figure.value || /^-?[0.]+$/.test(figure.value)) return "";
    return figure.value.startsWith("-") === isCost(figure.query?.line) ? "good" : "bad";
}

/** What a figure is, as text. */
export function figureText(figure: FigureJson | undefined): string {
    if (figure?.value !== undefined) return digits(figure.value, isChange(figure.query));
    return say(figure?.notMeaningful ? "notMeaningful" : "missing");
}

/** What a figure is of: its line, its period, what is asked of them, and the unit. */
export const figureName = (query: FigureQueryJson | undefined): string =>
    [
        `${lineName(query?.line ?? "")} ${query?.period ?? ""}`,
        sayOf("kind", query?.kind ?? "KIND_AMOUNT"),
        sayOf("unit", query?.unit ?? "UNIT_UNSPECIFIED"),
    ]
        .filter(Boolean)
        .join(", ");

/** What is unusual about a figure, in words; undefined where nothing is. */
export const remark = (figure: FigureJson | undefined): string | undefined => figure?.remark && meaningOf(figure.remark);

function spoken(figure: FigureJson): string {
    const what = figureName(figure.query);
    if (figure.value !== undefined) return [`${what}: ${figureText(figure)}`, remark(figure)].filter(Boolean).join(" – ");
    const why = figure.notMeaningful
        ? (figure.notMeaningful.message ?? say("notMeaningfulLong"))
        : say("missingLong", figure.missing?.inputs?.[0] ?? "");
    return `${what}: ${figureText(figure)} (${why})`;
}

/** A figure that can be asked where it comes from. */
export function Figure({ figure, suffix = "" }: { figure: FigureJson | undefined; suffix?: string }) {
    if (!figure) return <span class="figure none">{say("missing")}</span>;
    const kind = figure.value !== undefined ? favour(figure) : figure.notMeaningful ? "unmeaning" : "missing";
    return (
        <button
            type="button"
            class={`figure ${kind}`}
            title={figure.value === undefined || figure.remark ? spoken(figure) : undefined}
            aria-label={`${spoken(figure)}${suffix} – ${say("lineage")}`}
            onClick={() => (asked.value = figure.query ?? null)}
        >
            {figureText(figure)}
            {figure.value !== undefined && suffix}
            {figure.remark && <sup class="remark">!</sup>}
        </button>
    );
}

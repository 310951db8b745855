// Two editions of the period side by side, or an edition and the live view: as reported, restated, and the difference.

import { Exported } from "./export";
import { useEffect, useState } from "preact/hooks";
import { get, query } from "../api";
import { type Board, editionOf } from "../board";
import { Panel } from "../charts/chart";
import { editions, wasPublished } from "../editions";
import { exact, type Exact, minus, sum } from "../exact";
import type { FigureJson, GetViewResponseJson } from "../generated/iij/reporting/v1/reporting_pb";
import { digits, lineName, say, sayOf } from "../words";
import { refusal } from "./actor";
import { figureText } from "./figure";
import { exactText } from "./signoff";

const sideText = (word: "asReported" | "restated", { edition }: GetViewResponseJson): string =>
    `${say(word)} (${edition ? say("editionNumber", edition.number ?? 0) : say("liveView")})`;

interface Sides {
    readonly asReported: GetViewResponseJson;
    readonly restated: GetViewResponseJson;
}

const read = (period: string, figures: string, signal: AbortSignal): Promise<GetViewResponseJson> =>
    get<GetViewResponseJson>(`/views/${period}?${query({ unit: "UNIT_JPY_MILLION", ...editionOf(figures) })}`, signal);

interface Compared {
    readonly line: string;
    readonly asReported: FigureJson | undefined;
    readonly restated: FigureJson | undefined;
    readonly printed: string;
    readonly exact: string;
}

// Whole numbers without a denominator.
const text = ({ numerator, denominator }: Exact): string =>
    numerator % denominator === 0n ? String(numerator / denominator) : `${numerator}/${denominator}`;

/** The lines of two views side by side; the differences are empty where either has no value. */
function compared({ asReported, restated }: Sides): Compared[] {
    const before = new Map((asReported.lines ?? []).map(({ line, amount }) => [line, amount]));
    return (restated.lines ?? []).map(({ line, amount }) => {
        const was = before.get(line);
        const [old, young] = [exact(was?.exact), exact(amount?.exact)];
        const printed = was?.value !== undefined && amount?.value !== undefined ? sum([amount.value, negated(was.value)]) : "";
        return { line: line!, asReported: was, restated: amount, printed, exact: old && young ? text(minus(young, old)) : "" };
    });
}

const negated = (value: string): string => (value.startsWith("-") ? value.slice(1) : `-${value}`);

// A line that has a value on one side only differs too.
const differs = (row: Compared): boolean => (row.exact ? row.exact !== "0" : (row.asReported?.value ?? "") !== (row.restated?.value ?? ""));

/** The panel; there is something to compare once an edition was published. */
export function Compare({ board }: { board: Board }) {
    const known = editions.value.filter(wasPublished);
    const [from, chooseFrom] = useState("");
    const [to, chooseTo] = useState("live");
    const [only, chooseOnly] = useState(true);
    const [answer, show] = useState<Sides | string>("");
    const { period } = board;
    const first = from || String(known[0]?.number ?? "");
    useEffect(() => {
        if (!first) return;
        const end = new AbortController();
        Promise.all([read(period, first, end.signal), read(period, to, end.signal)]).then(
            ([asReported, restated]) => show({ asReported, restated }),
            (error: unknown) => end.signal.aborted || show(refusal(error)),
        );
        return () => end.abort();
    }, [period, first, to, board.held.knowledge]);
    useEffect(() => (chooseFrom(""), chooseTo("live")), [period]);
    const some = known.length > 0;
    if (!some) return null;
    const rows = typeof answer === "string" ? [] : compared(answer).filter((row) => !only || differs(row));
    return (
        <Panel title={`${say("compare")} ${period}`} note={say("millions")} wide>
            <p class="steps">
                <label>
                    {say("asReported")}{" "}
                    <select value={first} onChange={(event) => chooseFrom(event.currentTarget.value)}>
                        {known.map(({ number }) => (
                            <option key={number} value={number}>
                                {say("editionNumber", number ?? 0)}
                            </option>
                        ))}
                    </select>
                </label>
                <label>
                    {say("restated")}{" "}
                    <select value={to} onChange={(event) => chooseTo(event.currentTarget.value)}>
                        <option value="live">{say("liveView")}</option>
                        <option value="">{say("latestEdition")}</option>
                        {known.map(({ number }) => (
                            <option key={number} value={number}>
                                {say("editionNumber", number ?? 0)}
                            </option>
                        ))}
                    </select>
                </label>
                <label class="choice">
                    <input type="checkbox" checked={only} onChange={(event) => chooseOnly(event.currentTarget.checked)} />{" "}
                    {say("onlyDiffering")}
                </label>
            </p>
            {typeof answer === "string" && <p role="status">{answer}</p>}
            {typeof answer !== "string" && rows.length === 0 && <p>{say("noDifferences")}</p>}
            {typeof answer !== "string" && rows.length > 0 && (
                <Exported name={`${say("compare")} ${period}`}>
                    <div class="scroll part" tabIndex={0} role="region" aria-label={say("compare")}>
                        <table class="figures compare">
                            <caption class="unseen">{`${say("compare")} ${period}, ${say("millions")}`}</caption>
                            <thead>
                                <tr>
                                    <th scope="col">{say("line")}</th>
                                    <th scope="col">{sideText("asReported", answer.asReported)}</th>
                                    <th scope="col">{sideText("restated", answer.restated)}</th>
                                    <th scope="col">{say("difference")}</th>
                                    <th scope="col">{say("exactDifference")}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {rows.map((row) => {
                                    const unit = (row.restated ?? row.asReported)?.query?.unit ?? "UNIT_UNSPECIFIED";
                                    return (
                                        <tr key={row.line} class={differs(row) ? "differs" : ""}>
                                            <th scope="row" title={row.line}>
                                                {lineName(row.line)} {unit !== "UNIT_JPY_MILLION" && <small>{sayOf("unit", unit)}</small>}
                                            </th>
                                            <td>{figureText(row.asReported)}</td>
                                            <td>{figureText(row.restated)}</td>
                                            <td>{row.printed && digits(row.printed, true)}</td>
                                            <td class="exact">{exactText(row.exact)}</td>
                                        </tr>
                                    );
                                })}
                            </tbody>
                        </table>
                    </div>
                </Exported>
            )}
        </Panel>
    );
}

// Two editions of the period side by side, or an edition and the live view: as reported, restated, and the difference.

import { useEffect, useState } from "preact/hooks";
import { post } from "../api";
import type { Board } from "../board";
import { Panel } from "../charts/chart";
import { editions, wasPublished } from "../editions";
import type { CompareEditionsResponseJson, FigureJson } from "../generated/iij/reporting/v1/reporting_pb";
import { digits, lineName, say, sayOf } from "../words";
import { refusal, session } from "./actor";
import { figureText } from "./figure";
import { exactText } from "./signoff";

const live = -1;

const sideText = (word: "asReported" | "restated", figure: FigureJson | undefined): string =>
    `${say(word)} (${figure ? (figure.edition ? say("editionNumber", figure.edition) : say("liveView")) : "–"})`;

/** The panel; there is something to compare once an edition was published. */
export function Compare({ board }: { board: Board }) {
    const known = editions.value.filter(wasPublished);
    const [from, chooseFrom] = useState(0);
    const [to, chooseTo] = useState(live);
    const [only, chooseOnly] = useState(true);
    const [answer, show] = useState<CompareEditionsResponseJson | string>("");
    const { period } = board;
    const { actor } = session.value;
    const some = known.length > 0;
    useEffect(() => {
        if (!some) return;
        let ended = false;
        post<CompareEditionsResponseJson>("/editions:compare", { periods: [period], asReported: from, restated: to }, actor).then(
            (given) => ended || show(given),
            (error: unknown) => ended || show(refusal(error)),
        );
        return () => void (ended = true);
    }, [period, from, to, actor, some, known.length, board.held.knowledge]);
    if (!some) return null;
    const figures = typeof answer === "string" ? [] : (answer.figures ?? []);
    const rows = figures.filter(({ difference }) => !only || (difference !== "0" && difference !== ""));
    return (
        <Panel title={`${say("compare")} ${period}`} note={say("millions")} wide>
            <p class="steps">
                <label>
                    {say("asReported")}{" "}
                    <select value={from} onChange={(event) => chooseFrom(Number(event.currentTarget.value))}>
                        {known.map(({ number }, at) => (
                            <option key={number} value={at === 0 ? 0 : number}>
                                {say("editionNumber", number ?? 0)}
                            </option>
                        ))}
                    </select>
                </label>
                <label>
                    {say("restated")}{" "}
                    <select value={to} onChange={(event) => chooseTo(Number(event.currentTarget.value))}>
                        <option value={live}>{say("liveView")}</option>
                        <option value={0}>{say("latestEdition")}</option>
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
            {rows.length > 0 && (
                <div class="scroll part" tabIndex={0} role="region" aria-label={say("compare")}>
                    <table class="figures compare">
                        <caption class="unseen">{`${say("compare")} ${period}, ${say("millions")}`}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{say("line")}</th>
                                <th scope="col">{sideText("asReported", figures[0]?.asReported)}</th>
                                <th scope="col">{sideText("restated", figures[0]?.restated)}</th>
                                <th scope="col">{say("difference")}</th>
                                <th scope="col">{say("exactDifference")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {rows.map(({ asReported, restated, difference, printedDifference }) => {
                                const query = (restated ?? asReported)?.query;
                                const unit = query?.unit === "UNIT_JPY_MILLION" ? "" : sayOf("unit", query?.unit ?? "UNIT_UNSPECIFIED");
                                return (
                                    <tr key={query?.line} class={difference && difference !== "0" ? "differs" : ""}>
                                        <th scope="row" title={query?.line}>
                                            {lineName(query?.line ?? "")} {unit && <small>{unit}</small>}
                                        </th>
                                        <td>{asReported ? figureText(asReported) : "–"}</td>
                                        <td>{restated ? figureText(restated) : "–"}</td>
                                        <td>{printedDifference ? digits(printedDifference, true) : ""}</td>
                                        <td class="exact">{exactText(difference)}</td>
                                    </tr>
                                );
                            })}
                        </tbody>
                    </table>
                </div>
            )}
        </Panel>
    );
}

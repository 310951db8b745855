// Why a figure differs: from another period, from the target, from what was published. A waterfall from one figure to the other, and below it the
// drivers down to the facts. Every amount is the service's own text; a number is made only to place a bar.

import { Exported } from "./export";
import { useEffect, useState } from "preact/hooks";
import { post } from "../api";
import { board, period as periodShown, place } from "../page";
import { editionOf, monthText } from "../board";
import { editions, wasPublished } from "../editions";
import { place as point } from "../exact";
import type {
    DriverJson,
    ExplainDifferenceResponseJson,
    FactReferenceJson,
    FigureQueryJson,
    FigureSideJson,
} from "../generated/iij/reporting/v1/reporting_pb";
import { before, yearBefore } from "../periods";
import { digits, language, lineName, say, sayOf } from "../words";
import { refusal } from "./actor";
import { figureText } from "./figure";
import { exactText } from "./signoff";

/** What a figure is compared with: another period, the target, the live view, or an edition by number. */
type Against = "yoy" | "qoq" | "target" | "live" | `${number}`;

interface Question {
    readonly line: string;
    readonly unit: string;
    readonly decimals: number;
    readonly figure: FigureSideJson;
}

const targetKinds: Record<string, NonNullable<FigureSideJson["kind"]>> = {
    KIND_AMOUNT: "KIND_TARGET_AMOUNT",
    KIND_PERCENT_OF_REVENUE: "KIND_TARGET_PERCENT_OF_REVENUE",
};

// A change is explained as the difference that it is: of the amount, from the period it is compared with.
function questionOf(query: FigureQueryJson): Question {
    const isComparison = /_(YOY|QOQ)_/.test(query.kind ?? "");
    const ofLine = board.value?.lines.find(({ line }) => line === query.line)?.amount?.query?.unit ?? "UNIT_JPY_MILLION";
    const unit = isComparison && query.unit === "UNIT_PERCENT" ? ofLine : (query.unit ?? "UNIT_UNSPECIFIED");
    const { figures } = place.peek();
    const shown = figures === "live" || query.period === periodShown.peek() ? editionOf(figures) : {};
    return {
        line: query.line ?? "",
        unit,
        decimals: unit === query.unit ? (query.decimals ?? 0) : 0,
        figure: {
            period: query.period ?? "",
            kind: isComparison ? "KIND_AMOUNT" : (query.kind ?? "KIND_AMOUNT"),
            ...(query.since ? { since: query.since } : {}),
            ...shown,
        },
    };
}

function sideOf(against: Against, { figure }: Question): FigureSideJson {
    if (against === "yoy") return { period: yearBefore(figure.period ?? "") };
    if (against === "qoq") return { period: before(figure.period ?? "") };
    if (against === "target") return { kind: targetKinds[figure.kind ?? ""]! };
    return against === "live" ? { latest: true } : { edition: Number(against) };
}

function choicesOf({ figure }: Question): [Against, string][] {
    const published = figure.period === periodShown.value ? editions.value.filter(wasPublished) : [];
    return [
        ["yoy", say("yoy")],
        ...(/Q\d$/.test(figure.period ?? "") ? [["qoq", say("qoq")] as [Against, string]] : []),
        ...(/^FY\d{4}$/.test(figure.period ?? "") && targetKinds[figure.kind ?? ""]
            ? [["target", say("kind.KIND_TARGET_AMOUNT")] as [Against, string]]
            : []),
        ...(published.length > 0 ? [["live", say("liveView")] as [Against, string]] : []),
        ...published.map(({ number }): [Against, string] => [`${number ?? 0}`, say("editionNumber", number ?? 0)]),
    ];
}

const explain = (question: Question, against: Against): Promise<ExplainDifferenceResponseJson> =>
    post<ExplainDifferenceResponseJson>("/figures:explain", { ...question, against: sideOf(against, question) });

// What lies below a driver of an answer, at the positions that the answer is of: what was closed meanwhile does not mix in.
async function below(answer: ExplainDifferenceResponseJson, question: Question, against: Against, path: string): Promise<DriverJson[]> {
    const { root } = await post<ExplainDifferenceResponseJson>("/figures:explain", {
        ...question,
        figure: { ...question.figure, asOf: { knowledge: answer.knowledge ?? "0" } },
        against: { ...sideOf(against, question), asOf: { knowledge: answer.againstKnowledge ?? "0" } },
        path,
        withEntries: true,
    });
    return root?.children ?? [];
}

/** A driver by its line and period; what stands for others or for a rounding by its kind. */
function nameOf({ name, cause, childrenCount }: DriverJson): string {
    if (cause === "DRIVER_CAUSE_ROUNDING") return say("residual");
    if (cause === "DRIVER_CAUSE_OTHERS") return say("othersOf", childrenCount ?? 0);
    return (name ?? "").replace(/^\S+/, lineName);
}

const shortName = (driver: DriverJson): string => (driver.path ? lineName(driver.name?.split(" ")[0] ?? "") : nameOf(driver));

/** The steps from one figure to the other. */
function Waterfall({ answer }: { answer: ExplainDifferenceResponseJson }) {
    const steps = answer.root?.children ?? [];
    let at = point(answer.against?.value) ?? 0;
    const start = at;
    const bars = steps.map((driver) => {
        const from = at;
        at += point(driver.contribution) ?? 0;
        return { driver, from, to: at };
    });
    const all = [start, at, ...bars.flatMap(({ from, to }) => [from, to])];
    // The axis begins below the smallest of them, so that the steps are seen, and never below zero where all are above it.
    const [least, high] = [Math.min(...all), Math.max(...all)];
    const low = Math.max(least - (high - least) / 4, least < 0 ? -Infinity : 0);
    const percent = (value: number) => `${high === low ? 0 : ((value - low) / (high - low)) * 100}%`;
    const end = (label: string, text: string, value: number) => (
        <tr class="total">
            <th scope="row">{label}</th>
            <td>{text}</td>
            <td aria-hidden="true">
                <span class="bar whole" style={{ left: 0, width: percent(value) }} />
            </td>
        </tr>
    );
    return (
        <Exported name={`${say("waterfall")} ${sideText(answer.figure)}`}>
            <table class="figures waterfall">
                <caption>
                    {say("waterfall")}, {sayOf("unit", answer.figure?.query?.unit ?? "UNIT_UNSPECIFIED")}
                </caption>
                <tbody>
                    {end(sideText(answer.against), figureText(answer.against), start)}
                    {bars.map(({ driver, from, to }, index) => (
                        <tr key={driver.path || index}>
                            <th scope="row" title={driver.path || undefined}>
                                {shortName(driver)}
                            </th>
                            <td>{digits(driver.contribution ?? "0", true)}</td>
                            <td aria-hidden="true">
                                <span
                                    class={`bar ${to < from ? "fall" : "rise"}`}
                                    style={{
                                        left: percent(Math.min(from, to)),
                                        width: `calc(${percent(Math.max(from, to))} - ${percent(Math.min(from, to))})`,
                                    }}
                                />
                            </td>
                        </tr>
                    ))}
                    {end(sideText(answer.figure), figureText(answer.figure), at)}
                </tbody>
            </table>
        </Exported>
    );
}

function sideText(figure: ExplainDifferenceResponseJson["figure"]): string {
    const { period = "", kind = "KIND_AMOUNT" } = figure?.query ?? {};
    const edition = figure?.edition ? `, ${say("editionNumber", figure.edition)}` : "";
    return `${period}${kind === "KIND_AMOUNT" ? "" : ` ${sayOf("kind", kind)}`}${edition}`;
}

const factText = (fact: FactReferenceJson | undefined): string =>
    fact ? `${sayOf("source", fact.source!)} ${monthText(fact.month)} r${fact.revision ?? 0}` : say("nothingThere");

/** A driver with those below it, which are read when it is opened where the answer left them out. */
function Drivers({ driver, depth, more }: { driver: DriverJson; depth: number; more: (path: string) => Promise<DriverJson[]> }) {
    const [read, show] = useState<readonly DriverJson[] | string>("");
    const children = driver.children?.length ? driver.children : typeof read === "string" ? [] : read;
    const cause = driver.cause ?? "DRIVER_CAUSE_UNSPECIFIED";
    const label = (
        <>
            <b>{digits(driver.contribution ?? "0", true)}</b> {nameOf(driver)}{" "}
            {!/UNSPECIFIED|OTHERS|ROUNDING|ENTRIES/.test(cause) && <span class="mark">{sayOf("driver", cause)}</span>}{" "}
            {(driver.value || driver.againstValue) && (
                <small class="exact">
                    {exactText(driver.againstValue) || say("nothingThere")} → {exactText(driver.value) || say("nothingThere")}
                </small>
            )}{" "}
            {(driver.fact || driver.againstFact) && (
                <small>
                    {factText(driver.againstFact)} → {factText(driver.fact)}
                </small>
            )}
        </>
    );
    if (!driver.path || !(driver.childrenCount || driver.hasEntries)) return <li>{label}</li>;
    const open = () => {
        if (children.length > 0 || read !== "") return;
        show(say("loading"));
        more(driver.path!).then(show, (error: unknown) => show(refusal(error)));
    };
    return (
        <li>
            <details open={depth < 1} onToggle={(event) => event.currentTarget.open && open()}>
                <summary>{label}</summary>
                {typeof read === "string" && read && children.length === 0 && <p role="status">{read}</p>}
                <ul>
                    {children.map((child, at) => (
                        <Drivers key={child.path || at} driver={child} depth={depth + 1} more={more} />
                    ))}
                </ul>
            </details>
        </li>
    );
}

/** The explanation of a figure; what it is compared with is chosen. */
export function Explanation({ figure }: { figure: FigureQueryJson }) {
    const question = questionOf(figure);
    const choices = choicesOf(question);
    const [chosen, choose] = useState<Against>(/_QOQ_/.test(figure.kind ?? "") ? "qoq" : "yoy");
    const against = choices.some(([value]) => value === chosen) ? chosen : "yoy";
    // With the question that it answers: what is opened below it is asked for the same.
    const [shown, show] = useState<Explained | string>(say("loading"));
    const etag = board.value?.etagOf(figure);
    const asked = JSON.stringify([question, against]);
    useEffect(() => {
        let isPast = false;
        explain(question, against).then(
            (answer) => isPast || show({ answer, question, against }),
            (error: unknown) => isPast || show(refusal(error)),
        );
        return () => void (isPast = true);
    }, [asked, etag]);
    return (
        <>
            <p class="steps">
                <label>
                    {say("comparison")}{" "}
                    <select value={against} onChange={(event) => choose(event.currentTarget.value as Against)}>
                        {choices.map(([value, text]) => (
                            <option key={value} value={value}>
                                {text}
                            </option>
                        ))}
                    </select>
                </label>
            </p>
            {typeof shown === "string" ? <p role="status">{shown}</p> : <Answer key={keyOf(shown)} {...shown} />}
        </>
    );
}

interface Explained {
    readonly answer: ExplainDifferenceResponseJson;
    readonly question: Question;
    readonly against: Against;
}

// Another answer is another tree: nothing that was opened in the one before stays.
const keyOf = ({ answer, question, against }: Explained): string =>
    JSON.stringify([question, against, answer.knowledge, answer.againstKnowledge]);

function Answer({ answer, question, against }: Explained) {
    if (!answer.root) return <p>{say("noExplanation", sideText(answer.figure?.value === undefined ? answer.figure : answer.against))}</p>;
    return (
        <>
            <p>{language.value === "ja" ? answer.sentence?.japanese : answer.sentence?.english}</p>
            <Waterfall answer={answer} />
            <ul class="tree">
                {(answer.root.children ?? []).map((child, at) => (
                    <Drivers key={child.path || at} driver={child} depth={0} more={(path) => below(answer, question, against, path)} />
                ))}
            </ul>
        </>
    );
}

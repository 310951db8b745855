// The head of the page, and what is always on screen: whether what is shown is what is.

import type { Board } from "../board";
import { editions, wasPublished } from "../editions";
import { address, board, connection, go, heard, months, now, period, place, stale } from "../page";
import { periodsOf } from "../periods";
import { ago, day, language, lineName, meaningOf, moment, say, sayOf, speak, type Word } from "../words";

function Selectors() {
    const quarter = /Q\d$/.test(period.value);
    return (
        <>
            <label>
                {say("period")}{" "}
                <select value={period.value} onChange={(event) => go({ page: "view", period: event.currentTarget.value, figures: "" })}>
                    {periodsOf(months.value).map(({ year, periods }) => (
                        <optgroup key={year} label={year}>
                            {periods.map((name) => (
                                <option key={name} value={name}>
                                    {name}
                                </option>
                            ))}
                        </optgroup>
                    ))}
                </select>
            </label>
            <label>
                {say("comparison")}{" "}
                <select
                    value={quarter ? place.value.comparison : "yoy"}
                    onChange={(event) => go({ comparison: event.currentTarget.value === "qoq" ? "qoq" : "yoy" })}
                >
                    <option value="yoy">{say("yoy")}</option>
                    <option value="qoq" disabled={!quarter}>
                        {say("qoq")}
                    </option>
                </select>
            </label>
            <Figures />
        </>
    );
}

/** Which edition is shown, or the live view: there is a choice once an edition was published. */
function Figures() {
    const known = editions.value.filter(wasPublished);
    const chosen = place.value.figures;
    if (known.length === 0 && !chosen) return null;
    return (
        <label>
            {say("figuresOf")}{" "}
            <select value={chosen} onChange={(event) => go({ figures: event.currentTarget.value })}>
                <option value="">{say("published")}</option>
                {known.map(({ number, state }) => (
                    <option key={number} value={number}>
                        {say("editionNumber", number ?? 0)}
                        {state === "EDITION_STATE_WITHDRAWN" ? ` (${sayOf("edition", state)})` : ""}
                    </option>
                ))}
                <option value="live">{say("liveView")}</option>
            </select>
        </label>
    );
}

/** Whose figures are shown, in words: the edition with its date and who approved it, or the live view. */
function Signed({ board: shown }: { board: Board }) {
    const { edition } = shown.header;
    if (edition) {
        const approved = edition.approvedAt
            ? say("editionSigned", edition.number ?? 0, day(edition.approvedAt), edition.approvedBy ?? "")
            : "";
        const state = edition.state === "EDITION_STATE_PUBLISHED" ? "" : `, ${sayOf("edition", edition.state!)}`;
        return <>{`, ${approved || say("editionNumber", edition.number ?? 0)}${state}`}</>;
    }
    return <>{/PUBLISHED|RESTATED/.test(shown.state) ? `, ${say("liveView")}` : ""}</>;
}

/** What differs between the live view and what is published: a mark, and the lines on demand. */
function Pending({ board: shown }: { board: Board }) {
    const lines = shown.header.pendingLines ?? [];
    if (lines.length === 0) return null;
    return (
        <details class="pending">
            <summary>{say("pending", lines.length)}</summary>
            <ul>
                {lines.map((line) => (
                    <li key={line}>{lineName(line)}</li>
                ))}
            </ul>
        </details>
    );
}

/** The head of the page. */
export function Head() {
    const view = place.value.page === "view";
    return (
        <header>
            <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), document.getElementById("main")?.focus())}>
                {say("skip")}
            </a>
            <h1 class="unseen">{say(view ? "title" : "close")}</h1>
            <nav aria-label={say("pages")}>
                <a href={address({ page: "view" })} aria-current={view ? "page" : undefined}>
                    {say("title")}
                </a>
                <a href={address({ page: "close", source: "", month: "" })} aria-current={view ? undefined : "page"}>
                    {say("close")}
                </a>
            </nav>
            {view && <Selectors />}
            <span class="end">
                <button type="button" onClick={() => print()}>
                    {say("print")}
                </button>
                <label class="unseen" for="language">
                    Language / 言語
                </label>
                <select id="language" value={language.value} onChange={(event) => speak(event.currentTarget.value === "ja" ? "ja" : "en")}>
                    <option value="en">English</option>
                    <option value="ja">日本語</option>
                </select>
            </span>
        </header>
    );
}

/** Always on screen: whose figures these are, whether they may change, whether they are what is, and how old they are. */
export function Connection() {
    const { state, since, problem } = connection.value;
    const shown = board.value;
    const gaps = (shown?.sources ?? []).filter((source) => source.missing?.length).map((source) => sayOf("source", source.source!));
    return (
        <div class={`connection ${state}`} data-connection={state} data-knowledge={shown?.held.knowledge ?? ""}>
            {shown?.period && (
                <strong class={`badge ${shown.state}`} data-state={shown.state}>
                    {shown.period} · {sayOf("state", shown.state)}
                    <Signed board={shown} />
                </strong>
            )}
            {shown?.period && <Pending board={shown} />}
            <span role="status">
                <b>{say(`connection.${state}` as Word)}</b>
                {problem ? `: ${meaningOf(problem.reason) ?? problem.message}` : ""}
            </span>
            <span class="screen">{heard.value > 0 ? say("heard", ago(now.value - heard.value)) : say("notHeard")}</span>
            <span class="paper">{heard.value > 0 && moment(heard.value)}</span>
            {shown && <span>{say("knowledge", shown.held.knowledge)}</span>}
            {gaps.length > 0 && <strong class="alarm">{say("gaps", gaps.join(", "))}</strong>}
            {stale.value && <Stale since={since} />}
        </div>
    );
}

// What is read out stays the same; how long it lasts ticks beside it.
const Stale = ({ since }: { since: number }) => (
    <>
        <strong class="alarm" role="alert">
            {say("stale", moment(heard.value))}
        </strong>
        <span class="alarm">{say("staleFor", ago(now.value - since))}</span>
    </>
);

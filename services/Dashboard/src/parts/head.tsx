// What is always on screen: the period and its state, what it is compared with, and whether what is shown is what is.

import { address, board, connection, go, months, now, period, place } from "../page";
import { periodsOf } from "../periods";
import { ago, language, moment, say, sayOf, speak, type Word } from "../words";

function Selectors() {
    const quarter = /Q\d$/.test(period.value);
    return (
        <>
            <label>
                {say("period")}{" "}
                <select value={period.value} onChange={(event) => go({ page: "view", period: event.currentTarget.value })}>
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
        </>
    );
}

/** The head of the page. */
export function Head() {
    const view = place.value.page === "view";
    const state = board.value?.state ?? "VIEW_STATE_UNSPECIFIED";
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
            {view && board.value && (
                <strong class={`badge ${state}`} data-state={state}>
                    {board.value.period} · {sayOf("state", state)}
                </strong>
            )}
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
            <Connection />
        </header>
    );
}

// Announced when the state changes, not each second.
function Connection() {
    const { state, since, heard, problem } = connection.value;
    const gaps = (board.value?.sources ?? []).filter((source) => source.missing?.length).map((source) => sayOf("source", source.source!));
    const old = state !== "live" && heard > 0;
    return (
        <div class={`connection ${state}`} data-connection={state} data-knowledge={board.value?.held.knowledge ?? ""}>
            <span role="status">
                <b>{say(`connection.${state}` as Word)}</b>
                {problem ? `: ${problem.message}` : ""}
            </span>
            <span class="screen">{heard > 0 ? say("heard", ago(now.value - heard)) : say("notHeard")}</span>
            <span class="paper">{heard > 0 && moment(heard)}</span>
            {board.value && <span>{say("knowledge", board.value.held.knowledge)}</span>}
            {gaps.length > 0 && <strong class="alarm">{say("gaps", gaps.join(", "))}</strong>}
            {old && (
                <strong class="alarm" role="alert">
                    {say("stale", ago(now.value - since), moment(heard))}
                </strong>
            )}
        </div>
    );
}

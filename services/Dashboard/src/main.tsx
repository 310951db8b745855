// The page: its head, and below it the view of a period or the close of a month.

import { render } from "preact";
import { useSignalEffect } from "@preact/signals";
import { Backlog } from "./charts/backlog";
import { Panel } from "./charts/chart";
import { Atm, Cloud } from "./charts/monthly";
import { Recurring, Segments } from "./charts/revenue";
import { SignInOffer } from "./parts/actor";
import { Close } from "./parts/close";
import { Connection, Head } from "./parts/head";
import { Lineage } from "./parts/lineage";
import { Feed, HeadFigures, Lines, Status, Targets } from "./parts/panels";
import { Compare } from "./parts/compare";
import { Decisions } from "./parts/decisions";
import { SignOff } from "./parts/signoff";
import { board, months, place, stale, start, unavailable } from "./page";
import { language, say, type Word } from "./words";
import "./style.css";

// A part that the model of lines cannot answer says so in its place.
const titles: Record<string, Word> = {
    quarters: "chart.segments",
    margin: "chart.segments",
    flows: "chart.backlog",
    opening: "chart.backlog",
    backlog: "chart.backlog",
    cloud: "chart.cloud",
    atm: "chart.atm",
    targets: "chart.targets",
    reached: "chart.targets",
    percent: "chart.lines",
};

function View() {
    const shown = board.value;
    if (!shown?.period) return <p role="status">{say(shown && months.value.length === 0 ? "nothing" : "waiting")}</p>;
    const lacks = (...parts: string[]) => parts.some((part) => unavailable.value.has(part));
    return (
        <>
            <HeadFigures board={shown} />
            <div class="panels">
                {!lacks("quarters", "margin") && <Segments board={shown} />}
                {!lacks("quarters") && <Recurring board={shown} />}
                {!lacks("flows", "opening", "backlog") && <Backlog board={shown} />}
                {!lacks("cloud") && <Cloud board={shown} />}
                {!lacks("atm") && <Atm board={shown} />}
                {!lacks("targets", "reached") && <Targets board={shown} />}
                {[...unavailable.value].map(([part, why]) => (
                    <Panel key={part} title={say(titles[part] ?? "chart.lines")}>
                        <p>{say("unavailable", why)}</p>
                    </Panel>
                ))}
                <div class="pair">
                    <Status board={shown} months={months.value} />
                    <Feed board={shown} />
                </div>
                <SignOff board={shown} />
                <Compare board={shown} />
                <Decisions board={shown} />
                <Lines board={shown} />
            </div>
        </>
    );
}

function Page() {
    useSignalEffect(() => {
        document.documentElement.lang = language.value;
        document.title = `${say(place.value.page === "view" ? "title" : "close")} ${board.value?.period ?? ""}`;
    });
    return (
        <>
            <Head />
            <Connection />
            <main id="main" tabIndex={-1} class={stale.value ? "old" : ""}>
                <SignInOffer />
                {place.value.page === "view" ? <View /> : <Close />}
            </main>
            <Lineage />
        </>
    );
}

start();
render(<Page />, document.getElementById("page")!);

// What people remark about a figure, its line or its period, in threads; a person who may remarks here too.

import { useEffect, useRef, useState } from "preact/hooks";
import { get, post, Problem, query } from "../api";
import type { ListRemarkThreadsResponseJson, RemarkThreadJson } from "../generated/iij/reporting/v1/remarks_pb";
import type { FigureQueryJson } from "../generated/iij/reporting/v1/reporting_pb";
import { board } from "../page";
import { lineName, moment, say } from "../words";
import { Attempt, refusal, session } from "./actor";

const pageSize = 1_000;

// Of the figure, of its line in every period, and of its period as a whole.
const isOf = ({ line: threadLine, period: threadPeriod }: RemarkThreadJson, { line, period }: FigureQueryJson): boolean =>
    (!threadLine || threadLine === line) && (!threadPeriod || threadPeriod === period);

async function read(figure: FigureQueryJson, signal: AbortSignal): Promise<RemarkThreadJson[]> {
    const ask = (of: object) => get<ListRemarkThreadsResponseJson>(`/remarks?${query({ ...of, page_size: pageSize })}`, signal);
    const answers = await Promise.all([ask({ line: figure.line }), ask({ period: figure.period })]);
    const threads = new Map(answers.flatMap(({ threads = [] }) => threads).map((thread) => [thread.thread, thread]));
    return [...threads.values()].filter((thread) => isOf(thread, figure)).sort((a, b) => Number(a.thread) - Number(b.thread));
}

/** The threads of a figure, and a place to remark. */
export function Remarks({ figure }: { figure: FigureQueryJson }) {
    const [threads, show] = useState<RemarkThreadJson[] | string>(say("loading"));
    const knowledge = board.value?.held.knowledge;
    const [made, make] = useState(0);
    useEffect(() => {
        const end = new AbortController();
        read(figure, end.signal).then(show, (error: unknown) => end.signal.aborted || show(refusal(error)));
        return () => end.abort();
    }, [figure.line, figure.period, knowledge, made]);
    if (typeof threads === "string") return <p role="status">{threads}</p>;
    const remarked = () => make(made + 1);
    return (
        <>
            {threads.length === 0 && <p>{say("noRemarks")}</p>}
            {threads.map((thread) => (
                <section class="thread" key={thread.thread} aria-label={say("thread", thread.thread ?? "")}>
                    <p class="note">
                        {[thread.line ? lineName(thread.line) : "", thread.period].filter(Boolean).join(" ")}{" "}
                        <span class="mark">{say(thread.resolved ? "resolved" : "unresolved")}</span>
                    </p>
                    <ol class="feed">
                        {(thread.remarks ?? []).map((one) => (
                            <li key={one.knowledge}>
                                <b>{one.actor}</b> <time dateTime={one.madeAt}>{moment(one.madeAt)}</time> <q>{one.text}</q>
                            </li>
                        ))}
                    </ol>
                    <Say body={{ thread: thread.thread }} remarked={remarked} mayResolve />
                </section>
            ))}
            <Say body={{ line: figure.line, period: figure.period }} remarked={remarked} />
        </>
    );
}

function Say({ body, remarked, mayResolve }: { body: object; remarked: () => void; mayResolve?: boolean }) {
    const [text, write] = useState("");
    const [error, fail] = useState("");
    const attempt = useRef(new Attempt());
    const { actor } = session.value;
    if (!actor) return null;
    const send = async (resolves: boolean) => {
        const content = { ...body, text: text.trim(), resolves };
        try {
            await post("/remarks", { ...content, requestId: attempt.current.idOf(`${actor} ${JSON.stringify(content)}`) }, actor);
            attempt.current.answered();
            write("");
            fail("");
            remarked();
        } catch (problem) {
            if (problem instanceof Problem && problem.status >= 400 && problem.status < 500) attempt.current.answered();
            fail(refusal(problem));
        }
    };
    return (
        <p class="steps">
            <label>
                {say(mayResolve ? "reply" : "remark")}{" "}
                <input class="reason" value={text} maxLength={1000} onInput={(event) => write(event.currentTarget.value)} />
            </label>
            <button type="button" disabled={!text.trim()} onClick={() => void send(false)}>
                {say("send")}
            </button>
            {mayResolve && (
                <button type="button" disabled={!text.trim()} onClick={() => void send(true)}>
                    {say("sendResolved")}
                </button>
            )}
            {error && (
                <strong class="alarm" role="alert">
                    {error}
                </strong>
            )}
        </p>
    );
}

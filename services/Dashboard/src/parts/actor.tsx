// Who acts, and what everything that somebody does on the page has in common: its id, a refusal in words, findings.

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { get, post, Problem, remove } from "../api";
import type { FindingJson } from "../generated/iij/closing/v1/closing_pb";
import { say, sayOf, told, wayOf } from "../words";

interface Session {
    readonly actor?: string;
    /** "header" where a proxy in front says who acts; then nobody can name himself. */
    readonly from?: string;
}

/** Who acts in this browser. */
export const session = signal<Session>({});

/** A browser's tabs share who acts: it is asked again whenever somebody comes back to this one. */
export const askWho = (): void =>
    void get<Session>("/session").then(
        (known) => (session.value = known),
        () => {},
    );
addEventListener("focus", askWho);

/** Who acts: said once, kept by reporting in a cookie that no script reads. */
export function Actor() {
    const [error, fail] = useState("");
    useEffect(askWho, []);
    const { actor, from } = session.value;
    const become = (known: Promise<Session>) =>
        void known.then(
            (next) => ((session.value = next), fail("")),
            (problem: unknown) => fail(refusal(problem)),
        );
    const signIn = (event: SubmitEvent) => {
        event.preventDefault();
        become(post<Session>("/session", { actor: new FormData(event.currentTarget as HTMLFormElement).get("actor") }));
    };
    const alarm = error && (
        <strong class="alarm" role="alert">
            {error}
        </strong>
    );
    if (actor)
        return (
            <p class="actor">
                {say("you")} <b>{actor}</b>{" "}
                {from !== "header" && (
                    <button type="button" onClick={() => become(remove<Session>("/session"))}>
                        {say("signOut")}
                    </button>
                )}
                {alarm}
            </p>
        );
    return (
        <form class="actor" onSubmit={signIn}>
            <label>
                {say("name")} <input name="actor" required maxLength={100} autocomplete="username" />
            </label>
            <button type="submit">{say("goOn")}</button>
            <span class="note">{say("nameNote")}</span>
            {alarm}
        </form>
    );
}

/** What a refusal says, and what can be done about it. */
export const refusal = (error: unknown): string => {
    if (!(error instanceof Problem)) return String(error);
    const way = wayOf(error.reason);
    return `${told(error.reason, error.message)}${way ? `. ${way}` : ""}`;
};

/** The id of a step until it has a definite answer: pressed again after silence, it happens once. */
export class Attempt {
    private step = "";
    private id = "";

    idOf(step: string): string {
        if (step !== this.step) [this.step, this.id] = [step, crypto.getRandomValues(new Uint32Array(4)).join("-")];
        return this.id;
    }

    answered(): void {
        this.step = "";
    }
}

/** What validations find. */
export function Findings({ findings }: { findings: readonly FindingJson[] }) {
    if (findings.length === 0) return <p>{say("noFindings")}</p>;
    return (
        <ul>
            {findings.map((finding, at) => (
                <li key={at}>
                    <strong class={finding.severity === "SEVERITY_ERROR" ? "alarm" : ""}>
                        {sayOf("severity", finding.severity ?? "SEVERITY_UNSPECIFIED")}
                    </strong>{" "}
                    {told(finding.code ?? "", finding.message ?? "")}
                </li>
            ))}
        </ul>
    );
}

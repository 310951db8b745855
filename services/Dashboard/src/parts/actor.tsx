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
    /** Where people sign in at the issuer of tokens; absent where a name is entered here, or a proxy says it. */
    readonly signIn?: string;
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

/** The way to the issuer of tokens, from which the browser comes back to this place. */
function SignIn({ path }: { path: string }) {
    const here = `/${location.hash}`;
    const failed = new URLSearchParams(location.search).get("signIn") === "failed";
    return (
        <p class="actor">
            <a class="main" href={`${path}?to=${encodeURIComponent(here)}`}>
                {say("signIn")}
            </a>{" "}
            <span class="note">{say("signInNote")}</span>
            {failed && (
                <strong class="alarm" role="alert">
                    {say("signInFailed")}
                </strong>
            )}
        </p>
    );
}

/** Offers the sign-in at the top of the page where figures are shown to nobody else. */
export function SignInOffer() {
    useEffect(askWho, []);
    const { actor, signIn } = session.value;
    return signIn && !actor ? <SignIn path={signIn} /> : null;
}

/** Who acts: said once, kept by reporting in a cookie that no script reads. */
export function Actor() {
    const [error, fail] = useState("");
    useEffect(askWho, []);
    const { actor, from, signIn } = session.value;
    const become = (known: Promise<Session>) =>
        void known.then(
            (next) => ((session.value = next), fail("")),
            (problem: unknown) => fail(refusal(problem)),
        );
    const enter = (event: SubmitEvent) => {
        event.preventDefault();
        become(post<Session>("/session", { actor: new FormData(event.currentTarget as HTMLFormElement).get("actor") }));
    };
    const leave = async () => {
        const ended = await remove<Session>("/session");
        if (signIn) location.reload(); // what is shown was shown to the person who left
        return ended;
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
                    <button type="button" onClick={() => become(leave())}>
                        {say(signIn ? "leave" : "signOut")}
                    </button>
                )}
                {alarm}
            </p>
        );
    if (signIn) return null; // it is offered at the top
    return (
        <form class="actor" onSubmit={enter}>
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

// The subscription. It holds what reporting says, proves it with the digest of every message, and comes back by itself with the last
// token; what is shown is replaced as a whole, never half.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { Problem, problemOf } from "./api";
import type { WatchItemJson, WatchResponseJson, WatchedSeveralJson } from "./generated/iij/reporting/v1/feed_pb";

/** What is held at a moment of knowledge. */
export interface Held {
    readonly items: ReadonlyMap<string, WatchItemJson>;
    readonly knowledge: string;
}

/** How the subscription stands. Only "live" says that what is held is what is. */
export interface Connection {
    readonly state: "connecting" | "live" | "lost" | "paused" | "refused";
    readonly problem?: Problem;
}

/** What the digest of a message must be: over everything held, by key. */
export function digestOf(items: ReadonlyMap<string, WatchItemJson>): string {
    const text = [...items.keys()].sort().map((key) => `${key}\n${items.get(key)!.etag}\n`);
    return bytesToHex(sha256(utf8ToBytes(text.join(""))));
}

/** Applies messages to what is held. */
export class Replica {
    private items = new Map<string, WatchItemJson>();
    private begun = false;

    /** Resumes after the last message; empty: begin with a snapshot. */
    token = "";

    /** Takes a message; returns what is held where it is whole, and null while it is not. Throws where it missed something. */
    take(message: WatchResponseJson): Held | null {
        if (message.kind === "WATCH_KIND_RESET" || (message.kind === "WATCH_KIND_SNAPSHOT" && this.begun)) this.forget();
        if (message.kind === "WATCH_KIND_RESET") return null;
        // What is shown keeps the map it has: a change makes a new one.
        if (message.kind === "WATCH_KIND_CHANGE") this.items = new Map(this.items);
        for (const item of message.items ?? []) this.items.set(item.key ?? "", item);
        for (const key of message.removed ?? []) this.items.delete(key);
        if (message.kind === "WATCH_KIND_SNAPSHOT") return null;
        if (digestOf(this.items) !== message.digest) {
            this.forget();
            throw new Problem(0, "DIGEST_DIFFERS", "something was missed");
        }
        this.begun = true;
        this.token = message.token ?? "";
        return { items: this.items, knowledge: message.knowledge ?? "0" };
    }

    /** Begins anew where there is nothing to resume from: half a snapshot is none. */
    restart(): void {
        if (!this.token) this.forget();
    }

    /** Forgets everything, the token too. */
    forget(): void {
        this.items = new Map();
        this.token = "";
        this.begun = false;
    }
}

const silenceMax = 20_000; // reporting speaks at least every ten seconds
const retryMin = 1_000;
const retryMax = 15_000;

/** Watches several subjects until it is closed. Whatever happens, it tries again. */
export class Subscription {
    private readonly replica = new Replica();
    private readonly end = new AbortController();
    private current = new AbortController();
    private attempt = 0;
    private paused = false;
    private wake = (): void => {};

    constructor(
        private readonly subject: WatchedSeveralJson,
        private readonly onHeld: (held: Held) => void,
        private readonly onConnection: (connection: Connection) => void,
    ) {
        void this.run();
    }

    /** Lets go of the connection, and takes it up again where it was: a page that nobody sees costs none. */
    pause(paused: boolean): void {
        this.paused = paused;
        if (paused) this.current.abort();
        else this.wake();
    }

    close(): void {
        this.end.abort();
        this.current.abort();
        this.wake();
    }

    private async run(): Promise<void> {
        while (!this.end.signal.aborted) {
            this.become("connecting");
            const problem = await this.connect().then(() => undefined, problemIn);
            if (problem?.reason === "TOKEN_INVALID") this.replica.forget(); // reporting's database is another one
            this.become(this.paused ? "paused" : isRefusal(problem) ? "refused" : "lost", problem);
            if (!this.end.signal.aborted) await this.rest(isRefusal(problem));
        }
    }

    private async connect(): Promise<void> {
        this.current = new AbortController();
        this.replica.restart();
        const headers: Record<string, string> = { Accept: "text/event-stream" };
        if (this.replica.token) headers["Last-Event-ID"] = this.replica.token;
        let silence = setTimeout(() => this.current.abort(), silenceMax);
        try {
            const response = await fetch(`/api/v1/watch?several=${encodeURIComponent(JSON.stringify(this.subject))}`, {
                headers,
                signal: this.current.signal,
                credentials: "same-origin",
                cache: "no-store",
            });
            if (!response.ok) throw await problemOf(response);
            const events = response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
            for (let next = await events.read(); !next.done; next = await events.read()) {
                clearTimeout(silence);
                silence = setTimeout(() => this.current.abort(), silenceMax);
                this.hear(JSON.parse(next.value.data) as WatchResponseJson);
            }
        } finally {
            clearTimeout(silence);
            this.current.abort();
        }
    }

    private hear(message: WatchResponseJson): void {
        const held = this.replica.take(message);
        if (this.end.signal.aborted || !held) return;
        this.attempt = 0;
        this.onHeld(held);
        this.become("live");
    }

    private become(state: Connection["state"], problem?: Problem): void {
        if (!this.end.signal.aborted) this.onConnection(problem ? { state, problem } : { state });
    }

    // Longer each time, and not all at once: a thousand pages come back to a server that has just started.
    private async rest(long: boolean): Promise<void> {
        const most = long ? retryMax : Math.min(retryMax, retryMin * 2 ** this.attempt++);
        do {
            await new Promise<void>((resolve) => {
                this.wake = resolve;
                if (!this.paused) setTimeout(resolve, most * (0.5 + Math.random() / 2));
            });
        } while (this.paused && !this.end.signal.aborted);
    }
}

const isRefusal = (problem: Problem | undefined): boolean =>
    problem !== undefined && problem.status >= 400 && problem.status < 500 && problem.status !== 429 && problem.reason !== "TOKEN_INVALID";

// A connection that ends throws what the browser says of it; anything else is a fault of this page, and is shown as one.
function problemIn(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof TypeError || error instanceof DOMException) return new Problem(0, "UNREACHABLE", "reporting does not answer");
    console.error(error);
    return new Problem(0, "PAGE_FAILED", String(error));
}

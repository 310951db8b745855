// Questions to reporting. Answers are the proto3 JSON of its gRPC messages; an error is google.rpc.Status with an ErrorInfo.

/** What a refusal says. */
export class Problem extends Error {
    constructor(
        readonly status: number,
        readonly reason: string,
        message: string,
        readonly metadata: Readonly<Record<string, string>> = {},
    ) {
        super(message);
    }
}

interface Detail {
    readonly "@type": string;
    readonly reason?: string;
    readonly metadata?: Record<string, string>;
}

/** Reads a refusal out of an answer. */
export async function problemOf(response: Response): Promise<Problem> {
    const body = (await response.json().catch(() => ({}))) as { message?: string; details?: Detail[] };
    const info = body.details?.find((detail) => detail["@type"].endsWith("/google.rpc.ErrorInfo"));
    return new Problem(response.status, info?.reason ?? `HTTP_${response.status}`, body.message ?? response.statusText, info?.metadata);
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
    const response = await fetch(`/api/v1${path}`, { ...init, credentials: "same-origin", cache: "no-store" }).catch(() => {
        throw new Problem(0, "UNREACHABLE", "reporting does not answer");
    });
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as T;
}

/** The query part of a path, without what is empty. */
export const query = (parts: object): string =>
    new URLSearchParams(
        Object.entries(parts)
            .filter(([, value]) => value !== undefined && value !== "")
            .map(([key, value]) => [key, String(value)]),
    ).toString();

/** Asks. */
export const get = <T>(path: string, signal?: AbortSignal): Promise<T> => ask<T>(path, signal ? { signal } : {});

// The name that the page shows goes with a write: where somebody else has signed in since, it is refused and not recorded as his.
const written = (actor: string | undefined): Record<string, string> => ({
    "Content-Type": "application/json",
    ...(actor ? { "Iij-Acting-As": actor } : {}),
});

/** Tells. A write that has a request id happens once, however often it is sent. */
export const post = <T>(path: string, body: object, actor?: string): Promise<T> =>
    ask<T>(path, { method: "POST", headers: written(actor), body: JSON.stringify(body) });

/** Ends what a path stands for. */
export const remove = <T>(path: string): Promise<T> => ask<T>(path, { method: "DELETE", headers: written(undefined), body: "{}" });

// The editions of the period that is shown. The stream says when they have changed; the list is read then.

import { effect, signal } from "@preact/signals";
import { get, query } from "./api";
import type { EditionJson, ListEditionsResponseJson } from "./generated/iij/reporting/v1/reporting_pb";
import { board } from "./page";

/** The editions of the period, in the order in which they were prepared. */
export const editions = signal<readonly EditionJson[]>([]);

/** Whether an edition was published; it may have been withdrawn since. */
export const wasPublished = ({ state }: EditionJson): boolean => state === "EDITION_STATE_PUBLISHED" || state === "EDITION_STATE_WITHDRAWN";

const pageSize = 1_000; // more editions than a period will have

/** The edition that waits for approval, as the list has it. */
export const prepared = (): EditionJson | undefined => editions.value.findLast(({ state }) => state === "EDITION_STATE_PREPARED");

/** Reads the list again. */
export async function readEditions(period: string): Promise<void> {
    const answer = await get<ListEditionsResponseJson>(`/editions?${query({ period, page_size: pageSize })}`);
    if (board.peek()?.period === period) editions.value = answer.editions ?? [];
}

let read = "";

effect(() => {
    const shown = board.value;
    if (!shown?.period) return;
    const { edition, prepared: waiting } = shown.header;
    const now = JSON.stringify([shown.period, shown.state, edition, waiting]);
    if (now === read) return;
    if (!read.startsWith(`["${shown.period}"`)) editions.value = [];
    read = now;
    readEditions(shown.period).catch(() => (read = "")); // with the next message
});

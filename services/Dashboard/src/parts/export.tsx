// A table that can be saved as a file: what is read here is worked on in a spreadsheet.

import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { csv } from "../csv";
import { say } from "../words";

// What is only seen is not in the file: a mark is a picture, and a bar has no text.
const texts = (row: HTMLTableRowElement): string[] =>
    [...row.cells].filter((each) => each.getAttribute("aria-hidden") !== "true").map((each) => each.textContent ?? "");

/** Saves the table inside it under a name. */
export function Exported({ name, children }: { name: string; children: ComponentChildren }) {
    const place = useRef<HTMLDivElement>(null);
    const save = () => {
        const table = place.current!.querySelector("table")!;
        const rows = [[table.caption?.textContent ?? name], ...[...table.rows].map(texts)];
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([csv(rows)], { type: "text/csv;charset=utf-8" }));
        link.download = `${name.replace(/[^\p{L}\p{N}-]+/gu, "-")}.csv`;
        link.click();
        URL.revokeObjectURL(link.href);
    };
    return (
        <div class="exported" ref={place}>
            {children}
            <button type="button" class="export" onClick={save}>
                {say("saveCsv")}
            </button>
        </div>
    );
}

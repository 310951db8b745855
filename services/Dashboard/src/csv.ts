// A table of the page as comma-separated values (RFC 4180) that a spreadsheet reads as numbers.

/** A figure as the page writes it: "1,234", "+5.0%", "−3". */
const figure = /^[+\-−]?\d{1,3}(,?\d{3})*(\.\d+)?%?$/;

/** A cell: a figure without its separators and sign of plus; any other text so that no spreadsheet takes it for a formula. */
export function cell(text: string): string {
    const trimmed = text.replace(/\s+/g, " ").trim();
    if (figure.test(trimmed)) return trimmed.replace(/[,+]/g, "").replace("−", "-");
    const safe = /^[=+\-−@\t\r]/.test(trimmed) && trimmed.length > 1 ? `'${trimmed}` : trimmed;
    return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as a file: UTF-8 with a mark at its beginning, by which spreadsheets know the encoding. */
export const csv = (rows: readonly (readonly string[])[]): string =>
    `\ufeff${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;

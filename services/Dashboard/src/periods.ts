// Periods as the APIs write them: 2012-12, FY2012-Q3, FY2012-H1, FY2012-9M, FY2012. A fiscal year begins in April and is named by the
// year it begins in.

const quarterEnds = ["06", "09", "12", "03"];
const cumulative = ["Q1", "H1", "9M", ""];

/** The month that lies some months after (or before) another. */
export function monthsAfter(month: string, count: number): string {
    const [year, number] = month.split("-").map(Number) as [number, number];
    const at = year * 12 + number - 1 + count;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
}

const span = (first: string, count: number): string[] => Array.from({ length: count }, (_, n) => monthsAfter(first, n));

/** The fiscal year of a month: FY2012 of 2013-03. */
export function yearOf(month: string): number {
    const [year, number] = month.split("-").map(Number) as [number, number];
    return number >= 4 ? year : year - 1;
}

/** The quarter of a month: FY2012-Q3 of 2012-12. */
export function quarterOf(month: string): string {
    const number = Number(month.split("-")[1]);
    return `FY${yearOf(month)}-Q${Math.floor(((number + 8) % 12) / 3) + 1}`;
}

/** The months of a period, first to last; empty where the text is not a period. */
export function monthsOf(period: string): string[] {
    if (/^\d{4}-(0[1-9]|1[0-2])$/.test(period)) return [period];
    const parts = /^FY(\d{4})(?:-(Q[1-4]|H[12]|9M))?$/.exec(period);
    if (!parts) return [];
    const april = `${parts[1]}-04`;
    switch (parts[2]) {
        case undefined:
            return span(april, 12);
        case "H1":
            return span(april, 6);
        case "H2":
            return span(monthsAfter(april, 6), 6);
        case "9M":
            return span(april, 9);
        default:
            return span(monthsAfter(april, 3 * (Number(parts[2].slice(1)) - 1)), 3);
    }
}

/** The last month of a period. */
export const lastMonth = (period: string): string => monthsOf(period).at(-1) ?? period;

/** From the beginning of the fiscal year to the end of a period's quarter: FY2012-9M of FY2012-Q3 or of 2012-11. */
export function yearToDate(period: string): string {
    const quarter = quarterOf(lastMonth(period));
    const end = cumulative[Number(quarter.at(-1)) - 1]!;
    return end ? `${quarter.slice(0, 6)}-${end}` : quarter.slice(0, 6);
}

/** The quarters up to the one a period ends in, oldest first. */
export function quartersUntil(period: string, count: number): string[] {
    const end = lastMonth(period);
    return Array.from({ length: count }, (_, n) => quarterOf(monthsAfter(end, -3 * (count - 1 - n))));
}

/** The months up to the last of a period, oldest first. */
export const monthsUntil = (period: string, count: number): string[] => span(monthsAfter(lastMonth(period), 1 - count), count);

/** The period whose end is a period's beginning: what stood at its opening. */
export function before(period: string): string {
    const first = monthsOf(period)[0] ?? period;
    const last = monthsAfter(first, -1);
    return /(Q\d|H2)$/.test(period) ? quarterOf(last) : /^FY/.test(period) ? `FY${yearOf(last)}` : last;
}

/** The same period a year before. */
export const yearBefore = (period: string): string => period.replace(/\d{4}/, (year) => String(Number(year) - 1));

/** Every period that months make, latest year first; of each year what is cumulative, the quarters, the months. */
export function periodsOf(months: readonly string[]): { year: string; periods: string[] }[] {
    const years = [...new Set(months.map(yearOf))].sort((a, b) => b - a);
    return years.map((year) => {
        const known = months.filter((month) => yearOf(month) === year).sort();
        const quarters = [...new Set(known.map(quarterOf))];
        const name = `FY${year}`;
        const sums = quarters.map(yearToDate).filter((period) => !period.includes("-Q"));
        return { year: name, periods: [...sums.reverse(), ...quarters.reverse(), ...known.reverse()] };
    });
}

/** The cumulative period that a presentation of the latest month would show. */
export function latestPeriod(months: readonly string[]): string | undefined {
    const last = [...months].sort().at(-1);
    // A quarter that has just begun has no story of its own yet: until its last month is known, the one before is shown.
    if (!last) return undefined;
    const ended = quarterEnds.includes(last.slice(5)) ? last : monthsAfter(lastMonth(quarterOf(last)), -3);
    return yearToDate(months.includes(ended) ? ended : last);
}

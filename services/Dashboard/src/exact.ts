// Exact numbers as the APIs write them ("123", "-123/7", "76690"). A number of JavaScript is made only to place a point on a chart.

/** A fraction of two integers. */
export interface Exact {
    readonly numerator: bigint;
    readonly denominator: bigint;
}

/** Reads an exact value; null of anything else, such as the empty text of a figure without a value. */
export function exact(text: string | undefined): Exact | null {
    const parts = /^(-?\d+)(?:\/(\d+))?$/.exec(text ?? "");
    return parts ? { numerator: BigInt(parts[1]!), denominator: BigInt(parts[2] ?? 1) } : null;
}

/** One over another; null where there is none or the base is not positive. */
export function ratio(one: Exact | null, base: Exact | null): Exact | null {
    if (!one || !base || base.numerator <= 0n) return null;
    return { numerator: one.numerator * base.denominator, denominator: one.denominator * base.numerator };
}

/** The difference of two. */
export const minus = (one: Exact, other: Exact): Exact => ({
    numerator: one.numerator * other.denominator - other.numerator * one.denominator,
    denominator: one.denominator * other.denominator,
});

/** Decimal text of a fraction times a factor, rounded once, half away from zero. */
export function rounded(value: Exact, decimals: number, factor = 1n): string {
    const scale = 10n ** BigInt(decimals);
    const sign = value.numerator < 0n ? -1n : 1n;
    const twice = 2n * sign * value.numerator * factor * scale + value.denominator;
    const whole = twice / (2n * value.denominator);
    const digits = whole.toString().padStart(decimals + 1, "0");
    const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
    return sign < 0n && whole !== 0n ? `-${text}` : text;
}

/** Adds decimal texts that have the same number of decimals. */
export function sum(values: readonly string[]): string {
    const decimals = values[0]?.split(".")[1]?.length ?? 0;
    const total = values.reduce((all, value) => all + BigInt(value.replace(".", "")), 0n);
    return rounded({ numerator: total, denominator: 10n ** BigInt(decimals) }, decimals);
}

/** Where a point lies on a chart. Nothing is computed with it. */
export const place = (text: string | undefined): number | null => (text ? Number(text) : null);

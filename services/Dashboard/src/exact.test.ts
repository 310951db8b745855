import { expect, test } from "vitest";
import { exact, minus, ratio, rounded, sum } from "./exact";

test("values are rounded once, half away from zero", () => {
    const round = (text: string, decimals: number) => rounded(exact(text)!, decimals);
    expect([round("1/2", 0), round("-1/2", 0), round("5/2", 0), round("-5/2", 0), round("-1/3", 0)]).toEqual(["1", "-1", "3", "-3", "0"]);
    expect([round("1/8", 2), round("-1/8", 2), round("1/3", 3), round("7", 1)]).toEqual(["0.13", "-0.13", "0.333", "7.0"]);
});

test("nothing is lost where a number of JavaScript would lose it", () => {
    expect(rounded(exact("9007199254740993")!, 0)).toBe("9007199254740993");
    expect(rounded(minus(exact("9007199254740993")!, exact("9007199254740992")!), 0)).toBe("1");
    expect(sum(["0.1", "0.2", "-0.3"])).toBe("0.0");
});

test("a percentage over nothing or less is none", () => {
    expect(ratio(exact("1"), exact("0"))).toBeNull();
    expect(ratio(exact("1"), exact("-3"))).toBeNull();
    expect(rounded(ratio(exact("76690"), exact("107000"))!, 1, 100n)).toBe("71.7");
});

test("text that is not an exact value gives nothing", () =>
    expect([exact(""), exact(undefined), exact("n/m"), exact("1.5")]).toEqual([null, null, null, null]));

import { expect, test } from "vitest";
import { before, latestPeriod, lastMonth, monthsOf, periodsOf, quarterOf, quartersUntil, yearOf, yearToDate } from "./periods";

// Written out by hand: the fiscal year 2012 is April 2012 to March 2013.
const year = [
    "2012-04",
    "2012-05",
    "2012-06",
    "2012-07",
    "2012-08",
    "2012-09",
    "2012-10",
    "2012-11",
    "2012-12",
    "2013-01",
    "2013-02",
    "2013-03",
];

test("periods have the months that the books give them", () => {
    expect(monthsOf("FY2012")).toEqual(year);
    expect(monthsOf("FY2012-9M")).toEqual(year.slice(0, 9));
    expect(monthsOf("FY2012-H1")).toEqual(year.slice(0, 6));
    expect(["Q1", "Q2", "Q3", "Q4"].flatMap((quarter) => monthsOf(`FY2012-${quarter}`))).toEqual(year);
    expect(monthsOf("2012-12")).toEqual(["2012-12"]);
    expect(monthsOf("FY2012-H2")).toEqual(year.slice(6));
    for (const none of ["FY2012-Q5", "2012-13", "2012-00", "", "x"]) expect(monthsOf(none)).toEqual([]);
});

test("every month is of one quarter and one year", () => {
    year.forEach((month, at) => {
        expect(yearOf(month)).toBe(2012);
        expect(quarterOf(month)).toBe(`FY2012-Q${Math.floor(at / 3) + 1}`);
        expect(monthsOf(quarterOf(month))).toContain(month);
    });
});

test("the year to date ends with the quarter", () => {
    expect(["FY2012-Q1", "FY2012-Q2", "2012-11", "FY2012-9M", "FY2012-Q4"].map(yearToDate)).toEqual([
        "FY2012-Q1",
        "FY2012-H1",
        "FY2012-9M",
        "FY2012-9M",
        "FY2012",
    ]);
});

test("what stood at the opening is what stood at the end before", () => {
    for (const period of ["FY2012", "FY2012-9M", "FY2012-H1", "FY2012-Q1", "FY2012-Q3", "2012-04"])
        expect(monthsOf(lastMonth(before(period))).at(-1)! < monthsOf(period)[0]!).toBe(true);
    expect(before("FY2012-Q1")).toBe("FY2011-Q4");
    expect(before("FY2012-9M")).toBe("FY2011");
    expect(before("FY2012-H2")).toBe("FY2012-Q2");
});

test("the last quarters come in order", () => expect(quartersUntil("FY2012-9M", 3)).toEqual(["FY2012-Q1", "FY2012-Q2", "FY2012-Q3"]));

test("a quarter that has just begun is not the story yet", () => {
    expect(latestPeriod(year.slice(0, 9))).toBe("FY2012-9M");
    expect(latestPeriod(year.slice(0, 10))).toBe("FY2012-9M");
    expect(latestPeriod(["2012-05"])).toBe("FY2012-Q1");
    expect(latestPeriod([])).toBeUndefined();
});

test("the periods to choose from are made of what is known", () =>
    expect(periodsOf(["2012-03", "2012-04"])).toEqual([
        { year: "FY2012", periods: ["FY2012-Q1", "2012-04"] },
        { year: "FY2011", periods: ["FY2011", "FY2011-Q4", "2012-03"] },
    ]));

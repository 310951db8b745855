import { describe, expect, it } from "vitest";
import { cell, csv } from "./csv";

describe("a cell", () => {
    it.each([
        ["76,690", "76690"],
        ["+1,234.5", "1234.5"],
        ["−3", "-3"],
        ["-3.4%", "-3.4%"],
        ["106,248,000", "106248000"],
        ["1/3", "1/3"],
        ["–", "–"],
        ["-", "-"],
        ["=1+2", "'=1+2"],
        ["@home", "'@home"],
        ["-cmd", "'-cmd"],
        ["Cost, total", '"Cost, total"'],
        ['a "b"', '"a ""b"""'],
        ["売上高\n合計", "売上高 合計"],
    ])("%s is %s", (text, expected) => expect(cell(text)).toBe(expected));
});

describe("a file", () => {
    it("has a mark and a line for each row", () => expect(csv([["a", "1,000"], ["b"]])).toBe("\ufeffa,1000\r\nb\r\n"));
});

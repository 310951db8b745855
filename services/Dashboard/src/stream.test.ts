import { expect, test } from "vitest";
import type { WatchItemJson, WatchResponseJson } from "./generated/iij/reporting/v1/feed_pb";
import { digestOf, Replica } from "./stream";

const item = (key: string, etag: string): WatchItemJson => ({ key, etag });
const held = (...items: WatchItemJson[]) => new Map(items.map((each) => [each.key!, each]));

function message(kind: string, all: Map<string, WatchItemJson>, items: WatchItemJson[] = [], removed: string[] = []): WatchResponseJson {
    const whole = kind !== "SNAPSHOT" && kind !== "RESET";
    return {
        kind: `WATCH_KIND_${kind}` as WatchResponseJson["kind"] & string,
        items,
        removed,
        ...(whole ? { token: `after ${digestOf(all)}`, digest: digestOf(all), knowledge: "1" } : {}),
    };
}

test("the digest is that of the contract: key, etag, by the bytes of the key", () =>
    // printf 'a\n1\nb/c\n2\n' | sha256sum
    expect(digestOf(held(item("b/c", "2"), item("a", "1")))).toBe("491361a98182940fb163e5856b8d5b50da918ed3d6cbdccd943aa6c1b43d7f74"));

test("a snapshot is shown when it is whole", () => {
    const replica = new Replica();
    const all = held(item("a", "1"), item("b", "1"));
    expect(replica.take(message("SNAPSHOT", all, [item("a", "1")]))).toBeNull();
    expect(replica.take(message("SNAPSHOT", all, [item("b", "1")]))).toBeNull();
    expect([...replica.take(message("END_OF_SNAPSHOT", all))!.items.keys()]).toEqual(["a", "b"]);
});

test("a change leaves what was shown before as it was", () => {
    const replica = new Replica();
    const [first, second] = [held(item("a", "1")), held(item("b", "2"))];
    replica.take(message("SNAPSHOT", first, [item("a", "1")]));
    const before = replica.take(message("END_OF_SNAPSHOT", first))!;
    const after = replica.take(message("CHANGE", second, [item("b", "2")], ["a"]))!;
    expect([[...before.items.keys()], [...after.items.keys()]]).toEqual([["a"], ["b"]]);
    expect(replica.token).toBe(`after ${digestOf(second)}`);
});

test("a reset and a missed message forget everything, the token too", () => {
    const replica = new Replica();
    const first = held(item("a", "1"));
    replica.take(message("SNAPSHOT", first, [item("a", "1")]));
    replica.take(message("END_OF_SNAPSHOT", first));
    expect(() => replica.take(message("BOOKMARK", held(item("a", "2"))))).toThrow("missed");
    expect(replica.token).toBe("");
    replica.take(message("SNAPSHOT", first, [item("a", "1")]));
    replica.take(message("END_OF_SNAPSHOT", first));
    expect(replica.take(message("RESET", first))).toBeNull();
    expect(replica.token).toBe("");
});

"""Subscribers that are not ours: plain Python over the protos, cut off at random while months are reopened and closed, each proving
with its own SHA-256 what it holds. Arguments: endpoints.json, the folder of generated stubs, seconds, a seed."""
import collections
import hashlib
import json
import random
import sys
import threading
import time
import urllib.parse

import grpc

ENDPOINTS, STUBS, SECONDS, SEED = sys.argv[1:5]
sys.path.insert(0, STUBS)

from iij.atmoperations.v1 import atmoperations_pb2 as atm, atmoperations_pb2_grpc as atm_grpc  # noqa: E402
from iij.closing.v1 import closing_pb2 as closing, closing_pb2_grpc as closing_grpc  # noqa: E402
from iij.money.v1 import money_pb2 as money  # noqa: E402
from iij.period.v1 import period_pb2 as period  # noqa: E402
from iij.reporting.v1 import feed_pb2 as feed, feed_pb2_grpc as feed_grpc, reporting_pb2 as reporting  # noqa: E402
from tokens import bearer  # noqa: E402

CLIENTS = 3  # of each subject
STAY_MAX = 1.5  # seconds until a subscriber cuts itself off
SILENCE_MAX = 30  # seconds; a bookmark comes every ten
AWAY = (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


def subjects(month):
    year, month = f"FY{month.year - (month.month < 4)}", f"{month.year:04}-{month.month:02}"
    jpy = dict(kind=reporting.KIND_AMOUNT, unit=money.UNIT_JPY)
    query = reporting.FigureQuery(line="cost.atm", period=month, **jpy)
    table = feed.WatchedTable(lines=["revenue.total", "cost.atm"], periods=[month, year], **jpy)
    status = feed.WatchRequest(data_status=feed.WatchedDataStatus())
    view = feed.WatchRequest(view=feed.WatchedView(period=year))
    return {
        "view": view, "status": status,
        "figures": feed.WatchRequest(figures=feed.WatchedFigures(queries=[query])),
        "table": feed.WatchRequest(table=table),
        "events": feed.WatchRequest(period_events=feed.WatchedPeriodEvents(source="atm")),
        "several": feed.WatchRequest(several=feed.WatchedSeveral(parts=[view, status])),
    }


class Wrong(Exception):
    pass


class Subscriber:
    """Holds what it was sent, and the token after which it goes on."""

    def __init__(self, stub, name, subject, seed):
        self.stub, self.name, self.subject = stub, name, subject
        self.random = random.Random(f"{seed}")
        self.items, self.token, self.knowledge = {}, "", 0
        self.seen = collections.Counter()

    def digest(self):
        lines = sorted((item.key.encode(), item.etag.encode()) for item in self.items.values())
        return hashlib.sha256(b"".join(key + b"\n" + etag + b"\n" for key, etag in lines)).hexdigest()

    def follow(self, enough, stay=SILENCE_MAX):
        """One connection; ends when it is cut off, after so many seconds, or when it has seen enough."""
        if not self.token:
            self.items = {}
        request = feed.WatchRequest()
        request.CopyFrom(self.subject)
        request.token = self.token
        self.seen["connections"] += 1
        # Cut off by a deadline, not by another thread, where this library may wait for ever (grpc/grpc#20562).
        call = self.stub.Watch(request, timeout=stay, wait_for_ready=True)
        try:
            for message in call:
                self.take(message)
                if enough(message):
                    return True
        except grpc.RpcError as error:
            if error.code() not in AWAY:
                raise
            self.seen[error.code().name] += 1
        finally:
            call.cancel()
        return False

    def take(self, message):
        kind = feed.WatchKind.Name(message.kind).removeprefix("WATCH_KIND_")
        self.seen[kind] += 1
        if kind == "RESET":
            self.items, self.token = {}, ""
            return
        if kind == "BOOKMARK" and (message.items or message.removed):
            raise Wrong(f"{self.name}: a bookmark changes something")
        if message.knowledge < self.knowledge:
            raise Wrong(f"{self.name}: {message.knowledge} after {self.knowledge}")
        self.knowledge = message.knowledge
        for item in message.items:
            self.items[item.key] = item
        for key in message.removed:
            del self.items[key]
        if kind == "SNAPSHOT":
            return
        if self.digest() != message.digest:
            raise Wrong(f"{self.name}: {kind} at {message.knowledge} says {message.digest}, held is {self.digest()}")
        self.token = message.token

    def live(self, until):
        while time.monotonic() < until:
            messages = iter(range(self.random.choice((1, 3, 1000))))
            self.follow(lambda message: next(messages, None) is None, self.random.uniform(0, STAY_MAX))
            time.sleep(self.random.uniform(0, 0.2))

    def catch_up(self, knowledge):
        until = time.monotonic() + 2 * SILENCE_MAX
        while not self.follow(lambda message: message.token and message.knowledge >= knowledge):
            if time.monotonic() > until:
                raise Wrong(f"{self.name}: stands at {self.knowledge}, not at {knowledge}")
            time.sleep(0.2)


def until_served(call):
    """A write is sent again, with its own request id, until somebody answers it."""
    until = time.monotonic() + 4 * SILENCE_MAX
    while True:
        try:
            return call()
        except grpc.RpcError as error:
            if error.code() not in AWAY or time.monotonic() > until:
                raise
            time.sleep(0.1)


def last_closed(channel):
    periods = closing_grpc.ClosingServiceStub(channel).ListPeriods(closing.ListPeriodsRequest(page_size=1000)).periods
    return [known.month for known in periods if known.state == closing.PERIOD_STATE_CLOSED][-1]


def change(channel, issuer, month, until):
    """Reopens the month, records another cost, and closes it again, over and over."""
    stub, entries, turns = closing_grpc.ClosingServiceStub(channel), atm_grpc.AtmOperationsServiceStub(channel), 0
    callers = {name: bearer(issuer, f"{name} {SEED}") for name in ("alice", "bob", "carol")}

    def write(method, request, actor):
        until_served(lambda: method(request, metadata=callers[actor], timeout=10, wait_for_ready=True))

    while time.monotonic() < until:
        turns += 1
        write(stub.ReopenPeriod, closing.ReopenPeriodRequest(request_id=f"o{turns} {SEED}", month=month, reason="late invoice"), "carol")
        date = period.Date(year=month.year, month=month.month, day=5)
        write(entries.RecordExpense, atm.RecordExpenseRequest(request_id=f"x{turns} {SEED}", date=date, cost_jpy=turns * 1_000_001), "carol")
        write(stub.PreparePeriod, closing.PreparePeriodRequest(request_id=f"p{turns} {SEED}", month=month), "alice")
        write(stub.ClosePeriod, closing.ClosePeriodRequest(request_id=f"c{turns} {SEED}", month=month), "bob")
        time.sleep(0.3)
    return turns


def refused(stub, request):
    try:
        next(iter(stub.Watch(request, timeout=SILENCE_MAX)))
    except grpc.RpcError as error:
        return error.code()
    return None


def check_tokens(stub, subscriber, other):
    """One tampered with is refused; one of another subject begins anew."""
    request = feed.WatchRequest()
    request.CopyFrom(subscriber.subject)
    middle = len(subscriber.token) // 2
    request.token = subscriber.token[:middle] + ("A" if subscriber.token[middle] != "A" else "B") + subscriber.token[middle + 1:]
    if refused(stub, request) != grpc.StatusCode.INVALID_ARGUMENT:
        raise Wrong("a token that was tampered with is taken")
    request.token = other.token
    call = stub.Watch(request, timeout=SILENCE_MAX)
    first = next(iter(call))
    call.cancel()
    if (first.kind, first.reset_reason) != (feed.WATCH_KIND_RESET, feed.RESET_REASON_FILTER):
        raise Wrong(f"a token of another subject begins with {first}")


def main():
    with open(ENDPOINTS, encoding="utf-8") as file:
        # Retries of its own make this library's 1.51 wait for ever, deadline or not, on some calls that a restart turned away; and it
        # reconnects only while a call waits for it.
        options = [("grpc.max_reconnect_backoff_ms", 500), ("grpc.enable_retries", 0)]
        addresses = json.load(file)
    issuer = addresses.pop("issuer")
    channels = {name: grpc.insecure_channel(urllib.parse.urlparse(url).netloc, options) for name, url in addresses.items()}
    stub = feed_grpc.FeedServiceStub(channels["reporting"])
    month = last_closed(channels["atm"])
    watched = subjects(month)
    until = time.monotonic() + float(SECONDS)
    groups = {name: [Subscriber(stub, f"{name} {n}", subject, f"{SEED} {name} {n}") for n in range(CLIENTS)]
              for name, subject in watched.items()}
    everybody = [subscriber for group in groups.values() for subscriber in group]
    errors = []

    def guarded(work):
        try:
            work()
        except Exception as error:  # pylint: disable=broad-except
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(lambda one=one: one.live(until),), name=one.name, daemon=True) for one in everybody]
    for thread in threads:
        thread.start()
    turns = change(channels["atm"], issuer, month, until)
    for thread in threads:
        thread.join(2 * SILENCE_MAX)
        if thread.is_alive():
            raise Wrong(f"{thread.name} hangs")
    if errors:
        raise errors[0]
    # Whoever watches the events has every transition: a reopening, a preparation and a close of each turn.
    newcomer = Subscriber(stub, "newcomer", watched["events"], SEED)

    def transitions():
        return sum(item.period_event.actor.endswith(f" {SEED}") for item in newcomer.items.values())

    until = time.monotonic() + 2 * SILENCE_MAX
    while transitions() < 3 * turns and time.monotonic() < until:
        newcomer.catch_up(newcomer.knowledge)
    if transitions() != 3 * turns:
        raise Wrong(f"{3 * turns} transitions were answered, {transitions()} are watched")
    for name, group in groups.items():
        fresh = Subscriber(stub, f"{name} fresh", watched[name], SEED)
        fresh.catch_up(newcomer.knowledge)
        truth = {key: item.SerializeToString(deterministic=True) for key, item in fresh.items.items()}
        for one in group:
            one.catch_up(newcomer.knowledge)
            held = {key: item.SerializeToString(deterministic=True) for key, item in one.items.items()}
            if held != truth:
                raise Wrong(f"{one.name} holds something else at the end: {sorted(set(held.items()) ^ set(truth.items()))}")
    check_tokens(stub, groups["view"][0], groups["status"][0])
    seen = sum((one.seen for one in everybody), collections.Counter())
    print(f"watching: ok, {turns} turns, {dict(sorted(seen.items()))}")


main()

"""Follows the consolidated view of a period over gRPC and verifies its state with the digest of every message.

Arguments: the address of reporting (127.0.0.1:PORT) and a period (FY2012-9M). The README of this folder's parent says how to make the
stubs. tests/EndToEnd/watching.py is a stricter subscriber.
"""
import hashlib
import sys
import time

import grpc

from iij.reporting.v1 import feed_pb2 as feed, feed_pb2_grpc as feed_grpc, reporting_pb2 as reporting

RETRY_AFTER = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED)


def digest(items):
    """SHA-256 over "key\\netag\\n" of every item, sorted by the bytes of the key."""
    lines = sorted((item.key.encode(), item.etag.encode()) for item in items.values())
    return hashlib.sha256(b"".join(key + b"\n" + etag + b"\n" for key, etag in lines)).hexdigest()


def text(item):
    """An item as a line of output, or nothing."""
    if item.HasField("header"):
        return f"{item.header.period} {state_name(item.header.state)}"
    if item.HasField("line"):
        amount = item.line.amount
        return f"{item.line.line} {amount.value or amount.WhichOneof('outcome')}"
    return ""


def state_name(number):
    """The name of a view's state."""
    return reporting.ViewState.Name(number).removeprefix("VIEW_STATE_")


def main():
    """Follows the stream until it is interrupted."""
    address, period = sys.argv[1:3]
    # With the C core 1.51, a call that was refused during a restart may hang while its own retries are enabled.
    options = [("grpc.enable_retries", 0), ("grpc.max_reconnect_backoff_ms", 2000)]
    stub = feed_grpc.FeedServiceStub(grpc.insecure_channel(address, options))
    items, token = {}, ""
    while True:
        if not token:
            items = {}
        request = feed.WatchRequest(token=token, view=feed.WatchedView(period=period))
        try:
            for message in stub.Watch(request, wait_for_ready=True):
                if message.kind == feed.WATCH_KIND_RESET:
                    items, token = {}, ""
                    print("reset:", feed.ResetReason.Name(message.reset_reason))
                    continue
                for item in message.items:
                    items[item.key] = item
                for key in message.removed:
                    items.pop(key, None)
                if message.kind != feed.WATCH_KIND_SNAPSHOT:  # parts of a snapshot carry neither digest nor token
                    if digest(items) != message.digest:
                        print("the state differs from the digest; starting again")
                        token = ""
                        break
                    token = message.token
                for item in message.items:
                    print(f"{message.knowledge} {text(item)}")
        except grpc.RpcError as error:
            if error.code() not in RETRY_AFTER:
                raise SystemExit(f"{error.code().name}: {error.details()}") from error
            print(f"{error.code().name}; resuming")
        time.sleep(2)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass

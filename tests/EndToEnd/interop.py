"""A client that is not ours: plain Python over the protos. Arguments: endpoints.json, the folder of generated stubs, a figures file."""
import csv
import decimal
import json
import sys
import urllib.parse

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool

ENDPOINTS, STUBS, FIGURES = sys.argv[1:4]
sys.path.insert(0, STUBS)
grpc.__path__.append(STUBS + "/grpc")  # grpc.health and grpc.reflection have the name of the library

from grpc.health.v1 import health_pb2, health_pb2_grpc  # noqa: E402
from grpc.reflection.v1 import reflection_pb2, reflection_pb2_grpc  # noqa: E402
from iij.atmoperations.v1 import atmoperations_pb2 as atm, atmoperations_pb2_grpc as atm_grpc  # noqa: E402
from iij.closing.v1 import closing_pb2 as closing, closing_pb2_grpc as closing_grpc  # noqa: E402
from iij.money.v1 import money_pb2 as money  # noqa: E402
from iij.period.v1 import period_pb2 as period  # noqa: E402
from iij.reporting.v1 import reporting_pb2 as reporting, reporting_pb2_grpc as reporting_grpc  # noqa: E402
import refusal_pb2  # noqa: E402
from tokens import bearer  # noqa: E402

with open(ENDPOINTS, encoding="utf-8") as named:
    ADDRESSES = json.load(named)
ACTOR = bearer(ADDRESSES.pop("issuer"), "python")
WITHDRAWALS = 500
PAGE = 7
UNITS = {
    "JPY million": money.UNIT_JPY_MILLION, "JPY billion": money.UNIT_JPY_BILLION, "%": money.UNIT_PERCENT,
    "count": money.UNIT_COUNT, "JPY per share": money.UNIT_JPY_PER_SHARE,
}


def same(expected, found):
    if expected != found:
        raise AssertionError(f"expected {expected!r}, found {found!r}")


def refused(call, status, reason, **metadata):
    """The call is refused with this status and reason; both also in google.rpc.Status of the trailer."""
    try:
        call()
    except grpc.RpcError as error:
        trailers = dict(error.trailing_metadata())
        details = refusal_pb2.Status.FromString(trailers["grpc-status-details-bin"])
        info = refusal_pb2.ErrorInfo()
        assert details.details[0].Unpack(info), "no ErrorInfo"
        same((status, status.value[0]), (error.code(), details.code))
        same(reason, info.reason)
        assert info.domain.endswith(".iij"), info.domain
        for key, value in metadata.items():
            same(value, info.metadata[key])
        return
    raise AssertionError(f"not refused: {reason}")


def check_reflection(channel):
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    asked = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="iij.atmoperations.v1.AtmOperationsService"),
    ]
    listed, files = list(stub.ServerReflectionInfo(iter(asked)))
    names = [service.name for service in listed.list_services_response.service]
    assert {"iij.atmoperations.v1.AtmOperationsService", "iij.closing.v1.ClosingService", "grpc.health.v1.Health"} <= set(names), names
    protos = [descriptor_pb2.FileDescriptorProto.FromString(file) for file in files.file_descriptor_response.file_descriptor_proto]
    pool, known = descriptor_pool.DescriptorPool(), set()
    while len(known) < len(protos):
        ready = [proto for proto in protos if proto.name not in known and known.issuperset(proto.dependency)]
        assert ready, f"a file that is imported is not given: {[(proto.name, list(proto.dependency)) for proto in protos]}"
        for proto in ready:
            pool.Add(proto)
            known.add(proto.name)
    service = pool.FindServiceByName("iij.atmoperations.v1.AtmOperationsService")
    assert "RecordWithdrawals" in service.methods_by_name


def check_entries(atm_stub, closing_stub):
    month = closing_stub.GetSource(closing.GetSourceRequest()).next_open_month
    date = period.Date(year=month.year, month=month.month, day=5)

    def expense(number, cost, metadata=ACTOR, on=date):
        return atm_stub.RecordExpense(atm.RecordExpenseRequest(request_id=f"py {number}", date=on, cost_jpy=cost), metadata=metadata)

    first = expense(1, 100)
    same(first, expense(1, 100))
    refused(lambda: expense(1, 101), grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED", request_id="py 1")
    refused(lambda: expense(2, 1, metadata=()), grpc.StatusCode.UNAUTHENTICATED, "ACCESS_TOKEN_MISSING")
    refused(lambda: expense(2, 1, metadata=(("iij-actor", "python"),)), grpc.StatusCode.UNAUTHENTICATED, "ACCESS_TOKEN_MISSING")
    refused(lambda: expense(3, -1), grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID", field="cost_jpy")
    closed = period.Date(year=month.year - 1, month=month.month, day=5)
    refused(lambda: expense(4, 1, on=closed), grpc.StatusCode.FAILED_PRECONDITION, "PERIOD_CLOSED")
    for number in range(5, 5 + 3 * PAGE):
        expense(number, number)
    pages, token = [], ""
    while True:
        page = closing_stub.ListEntries(closing.ListEntriesRequest(month=month, kind="EXPENSE", page_size=PAGE, page_token=token))
        pages += page.entries
        token = page.next_page_token
        if not token:
            break
    whole = closing_stub.ListEntries(closing.ListEntriesRequest(month=month, kind="EXPENSE", page_size=1000)).entries
    same(1 + 3 * PAGE, len(whole))
    same(list(whole), pages)
    return date


def check_stream(atm_stub, date):
    atm_stub.InstallAtm(atm.InstallAtmRequest(request_id="py atm", atm_id="PY-1", installed_on=date), metadata=ACTOR)

    def withdrawals():
        for number in range(WITHDRAWALS):
            # 15:30 UTC is half past midnight of the next day in Japan.
            yield atm.RecordWithdrawalsRequest(withdrawal=atm.RecordWithdrawalRequest(
                request_id=f"py w{number}", atm_id="PY-1" if number else "PY-404", commission_jpy=60,
                withdrawn_at=f"{date.year:04}-{date.month:02}-{date.day:02}T15:30:00Z"))

    for _ in range(2):
        answer = atm_stub.RecordWithdrawals(withdrawals(), metadata=ACTOR)
        same((WITHDRAWALS - 1, 1), (answer.recorded, answer.refused_count))
        same(("py w0", "ATM_UNKNOWN"), (answer.refused[0].request_id, answer.refused[0].reason))
    after = period.Date(year=date.year, month=date.month, day=date.day + 1)
    same(0, atm_stub.GetUsage(atm.GetUsageRequest(atm_id="PY-1", **{"from": date, "to": date})).withdrawals)
    usage = atm_stub.GetUsage(atm.GetUsageRequest(atm_id="PY-1", **{"from": date, "to": after}))
    same((WITHDRAWALS - 1, 2, "249.50"), (usage.withdrawals, usage.atm_days, usage.withdrawals_per_atm_day))


def query(row):
    kind, _, since = row["kind"].partition("change_since_")
    name = "KIND_CHANGE_SINCE" if since else "KIND_" + kind.upper()
    return reporting.FigureQuery(line=row["line"], period=row["period"], kind=reporting.Kind.Value(name), since=since,
                                 unit=UNITS[row["unit"]], decimals=int(row["decimals"]))


def check_figures(stub):
    with open(FIGURES, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    figures = stub.ListFigures(reporting.ListFiguresRequest(queries=[query(row) for row in rows])).figures
    same(len(rows), len(figures))
    for row, figure in zip(rows, figures):
        outcome = figure.WhichOneof("outcome")
        if outcome == "value":
            same(decimal.Decimal(row["value"]), decimal.Decimal(figure.value))
        else:
            same(row["value"], {"not_meaningful": "n/m", "missing": "missing"}[outcome])
    wrong = reporting.FigureQuery(line="surprise", period="2012-12", kind=reporting.KIND_AMOUNT, unit=money.UNIT_COUNT)
    refused(lambda: stub.ListFigures(reporting.ListFiguresRequest(queries=[query(rows[0]), wrong])),
            grpc.StatusCode.INVALID_ARGUMENT, "LINE_UNKNOWN", index="1")
    return len(rows)


def main():
    channels = {name: grpc.insecure_channel(urllib.parse.urlparse(url).netloc) for name, url in ADDRESSES.items()}
    for name, channel in channels.items():
        answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=30)
        same((name, health_pb2.HealthCheckResponse.SERVING), (name, answer.status))
    check_reflection(channels["atm"])
    atm_stub = atm_grpc.AtmOperationsServiceStub(channels["atm"])
    date = check_entries(atm_stub, closing_grpc.ClosingServiceStub(channels["atm"]))
    check_stream(atm_stub, date)
    count = check_figures(reporting_grpc.ReportingServiceStub(channels["reporting"]))
    print(f"interop: ok, {count} figures")


main()

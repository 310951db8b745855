// Reads figures and the data status from reporting: node figures.mjs 127.0.0.1:PORT
// The contracts are loaded from protos/ at run time; no code is generated.
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const protos = fileURLToPath(new URL("../../protos", import.meta.url));
const definition = loader.loadSync("iij/reporting/v1/reporting.proto", {
    includeDirs: [protos],
    keepCase: true,
    longs: String, // int64 is exact only as text
    enums: String,
    defaults: true,
    oneofs: true,
});
const { iij } = grpc.loadPackageDefinition(definition);

const address = process.argv[2];
if (!address) {
    console.error("usage: node figures.mjs 127.0.0.1:PORT");
    process.exit(2);
}
const reporting = new iij.reporting.v1.ReportingService(address, grpc.credentials.createInsecure());

const call = (method, request) =>
    new Promise((resolve, reject) => {
        const deadline = new Date(Date.now() + 10_000);
        reporting[method](request, new grpc.Metadata(), { deadline }, (error, answer) => (error ? reject(error) : resolve(answer)));
    });

try {
    const query = (line, kind, unit, decimals) => ({ line, period: "FY2012-9M", kind, unit, decimals });
    const { figures, knowledge } = await call("ListFigures", {
        queries: [
            query("revenue.total", "KIND_AMOUNT", "UNIT_JPY_MILLION", 0),
            query("revenue.total", "KIND_YOY_PERCENT", "UNIT_PERCENT", 1),
            query("operating_income", "KIND_AMOUNT", "UNIT_JPY_MILLION", 0),
        ],
    });
    console.log(`at sequence position ${knowledge}`);
    for (const figure of figures) {
        const missing = figure.missing ? `missing: ${figure.missing.inputs.slice(0, 3).join(", ")}, …` : "n/m";
        console.log(`${figure.query.line} ${figure.query.kind}: ${figure.outcome === "value" ? figure.value : missing}`);
    }

    const { cells } = await call("ListDataStatus", { period: "2012-12" });
    for (const cell of cells) {
        console.log(`${cell.source}: ${cell.status}, revision ${cell.revision}`);
    }

    await call("ListFigures", { queries: [query("no.such.line", "KIND_AMOUNT", "UNIT_JPY", 0)] });
} catch (error) {
    // The trailer grpc-status-details-bin has google.rpc.Status with ErrorInfo: reason, domain, metadata.
    const details = error.metadata?.get("grpc-status-details-bin") ?? [];
    console.log(`refused as expected: ${grpc.status[error.code]}: ${error.details} (${details.length} detail trailer)`);
} finally {
    reporting.close();
}

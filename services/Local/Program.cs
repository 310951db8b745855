using System.CommandLine;
using Iij.Local;

var once = new Option<bool>("--once") { Description = "Exit after the tie-out: 0 if every figure is reproduced, 1 otherwise." };
var ledger = new Option<string?>("--ledger") { Description = "A folder of ledger files (default: the reference ledger)." };
var figures = new Option<string?>("--figures") { Description = "A file of printed figures (default: those of the reference)." };
var data = new Option<string?>("--data") { Description = "The folder for databases and endpoints.json (default: one under .data for each ledger)." };
var port = new Option<int>("--port") { Description = "The first of seven fixed ports on 127.0.0.1; the issuer has the one before (default 0: free ones)." };
var noRelay = new Option<bool>("--no-relay") { Description = "Keep events in the outboxes; reporting then receives none, and every figure is missing." };
port.Validators.Add(result =>
{
    // The parser itself refuses text that is not a number.
    if (result.Tokens is [var token] && int.TryParse(token.Value, out var first) && first is not (0 or (>= 1025 and <= 65_529)))
        result.AddError("--port is 0 or 1025 to 65529");
});
var endpoints = new Option<string>("--endpoints") { Required = true, Description = "endpoints.json: the address of each service by its name." };
var compareOnly = new Option<bool>("--compare-only") { Description = "Compare the figures only, without recording or closing." };
var timeout = new Option<int>("--timeout") { DefaultValueFactory = _ => 120, Description = "Seconds to wait for a service that does not answer." };
foreach (var option in new Option[] { ledger, figures, data, endpoints })
{
    option.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value.Length: 0 }])
            result.AddError($"{option.Name} is empty; name a path, or leave the option out");
    });
}

var command = new RootCommand(
    "Starts the five sources and reporting in one process, records the ledger through their gRPC APIs, closes "
    + "every month, shows the consolidated view and compares it with the printed figures. Exit 2: an input or a folder cannot be used.")
{
    once, ledger, figures, data, port, noRelay,
};
var load = new Command("load", "Record and close a ledger on running services, and compare the figures. Loading again records nothing twice. "
    + "Exit 0: every figure is reproduced, 1: not, 2: an input or a service cannot be used.")
{
    endpoints, ledger, figures, compareOnly, timeout,
};
load.SetAction((result, cancel) => RemoteRun.RunAsync(new RemoteOptions(
    result.GetValue(endpoints)!, result.GetValue(ledger), result.GetValue(figures), !result.GetValue(compareOnly),
    TimeSpan.FromSeconds(result.GetValue(timeout))), cancel));
command.Add(load);
command.SetAction((result, cancel) => LocalRun.RunAsync(new LocalOptions(
    result.GetValue(once), result.GetValue(ledger), result.GetValue(figures), result.GetValue(data), result.GetValue(port),
    !result.GetValue(noRelay)), cancel));
var parsed = command.Parse(args);
if (parsed.Errors.Count == 0)
    return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
foreach (var error in parsed.Errors)
    await Console.Error.WriteLineAsync(error.Message);
await Console.Error.WriteLineAsync("Try --help.");
return 2;

using Iij.Atm;
using Iij.Closing;
using Iij.Platform;
using Iij.Reporting;
using Iij.Tests.Mutants;

// The setting Mutant says which twin this is. Each is the service itself but for one step that is out of order.
return Environment.GetEnvironmentVariable("Mutant") switch
{
    "publishes-after-commit" => await ServiceProcess.RunAsync(args, settings =>
    {
        settings.Relay = false;
        var bus = EventBus.Create(settings.Bus);
        var source = SourceHost.Build<AtmSource, AtmStore, AtmGrpcService>(settings, bus.PublishAsync);
        AfterCommit.Publish(source, bus.PublishAsync);
        return new AssembledProcess(source, bus);
    }),
    "acknowledges-first" => await ServiceProcess.RunAsync(args, settings =>
    {
        var reporting = ReportingHost.Build(settings);
        var consume = ReportingHost.Consumer(reporting);
        // The broker is told that all is well before anything is written.
        var bus = EventBus.Create(settings.Bus, (message, sender, _) =>
        {
            Task.Run(() => consume(message, sender, CancellationToken.None), CancellationToken.None);
            return Task.CompletedTask;
        });
        return new AssembledProcess(reporting, bus);
    }),
    var other => throw new ArgumentException($"Mutant: \"{other}\" is none"),
};

using Iij.Platform;
using Iij.Reporting;

return await ServiceProcess.RunAsync(args, settings =>
{
    var reporting = ReportingHost.Build(settings);
    return new AssembledProcess(reporting, EventBus.Create(settings.Bus, ReportingHost.Consumer(reporting)));
});

using Iij.Group;
using Iij.Platform;
using Iij.Reporting;

// Reporting and, beside it with an address and a database of its own (the settings under "Group"), the group's accounts.
return await ServiceProcess.RunAsync(args, ["", "Group"], settings =>
{
    var reporting = ReportingHost.Build(settings[0]);
    var bus = EventBus.Create(settings[0].Bus, ReportingHost.Consumer(reporting));
    return new AssembledProcess([reporting, GroupHost.Build(settings[1], bus.PublishAsync)], bus);
});

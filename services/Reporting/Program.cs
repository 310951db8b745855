using Iij.Group;
using Iij.Platform;
using Iij.Reporting;

// Reporting and, beside it with an address and a database of its own (the settings under "Group"), the group's accounts.
return await ServiceHost.RunAsync(args, async Task<IReadOnlyList<WebApplication>> (configuration) =>
{
    var settings = ServiceSettings.Read(configuration);
    var groupSettings = ServiceSettings.Read(configuration.GetSection("Group"));
    var reporting = await ReportingHost.BuildAsync(settings);
    var bus = await EventBus.StartAsync(settings.Bus, ReportingHost.Consumer(reporting));
    reporting.Lifetime.ApplicationStopped.Register(() => bus.DisposeAsync().AsTask().Wait());
    var group = await GroupHost.BuildAsync(groupSettings, bus.PublishAsync);
    return [group, reporting];
});

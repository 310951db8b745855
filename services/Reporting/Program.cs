using Iij.Platform;
using Iij.Reporting;

return await ServiceHost.RunAsync(args, async Task<IReadOnlyList<WebApplication>> (settings) =>
{
    var reporting = await ReportingHost.BuildAsync(settings);
    var bus = await EventBus.StartAsync(settings.Bus, ReportingHost.Consumer(reporting));
    reporting.Lifetime.ApplicationStopped.Register(() => bus.DisposeAsync().AsTask().Wait());
    return [reporting];
});

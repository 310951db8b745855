using Iij.Closing;
using Iij.Platform;

namespace Iij.Tests.Mutants;

/// <summary>Publishes what a call committed when the call is over, out of this process' memory: what many services do.</summary>
internal static class AfterCommit
{
    private const int EventsMax = 1_000;

    /// <summary>Goes around every call of the source.</summary>
    public static void Publish(WebApplication source, PublishPeriodEvent publish)
    {
        var (database, store) = (source.Services.GetRequiredService<Database>(), source.Services.GetRequiredService<PeriodStore>());
        var readiness = source.Services.GetRequiredService<Readiness>();
        long? published = null;
        source.Use(async (HttpContext context, RequestDelegate call) =>
        {
            // Whatever was committed in an earlier life is taken as told: nobody wrote down that it was not.
            if (readiness.IsReady && published is null)
                published = (await database.ReadAsync(store.FindSourceAsync))!.LastSequence;
            await call(context);
            if (published is null)
                return;
            foreach (var row in await database.ReadAsync(transaction => store.ListEventsAsync(transaction, published.Value, EventsMax)))
            {
                published = row.Sequence;
                await publish(row.ToMessage(), CancellationToken.None);
            }
        });
    }
}

using Iij.Closing;
using Iij.Platform;
using Microsoft.AspNetCore.Builder;

namespace Iij.Group;

/// <summary>Assembles the group's accounts for the process that hosts them: an address and a database of their own, like every source.</summary>
public static class GroupHost
{
    /// <summary>Builds the source; its schema is up to date and its identity exists when this returns.</summary>
    public static Task<WebApplication> BuildAsync(ServiceSettings settings, PublishPeriodEvent publish, TimeProvider? clock = null) =>
        SourceHost.BuildAsync<GroupSource, GroupStore, GroupGrpcService>(settings, publish, clock);
}

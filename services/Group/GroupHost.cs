using Iij.Closing;
using Iij.Platform;
using Microsoft.AspNetCore.Builder;

namespace Iij.Group;

/// <summary>Assembles the group's accounts for the process that hosts them: an address and a database of their own, like every source.</summary>
public static class GroupHost
{
    /// <summary>Builds the source; its <see cref="Readiness"/> is still to be prepared.</summary>
    public static WebApplication Build(ServiceSettings settings, PublishPeriodEvent publish, TimeProvider? clock = null) =>
        SourceHost.Build<GroupSource, GroupStore, GroupGrpcService>(settings, publish, clock);
}

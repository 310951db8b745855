using Iij.Atm;
using Iij.Backlog;
using Iij.Closing;
using Iij.Cloud;
using Iij.Group;
using Iij.Network;
using Iij.Platform;
using Microsoft.AspNetCore.Builder;

namespace Iij.Tests.Closing;

/// <summary>Builds the real service of a source, which is named by the first word of its measures.</summary>
internal static class Hosts
{
    public static Task<WebApplication> BuildAsync(string source, ServiceSettings settings, PublishPeriodEvent publish, TimeProvider clock) => source switch
    {
        "atm" => SourceHost.BuildAsync<AtmSource, AtmStore, AtmGrpcService>(settings, publish, clock),
        "backlog" => SourceHost.BuildAsync<BacklogSource, BacklogStore, BacklogGrpcService>(settings, publish, clock),
        "cloud" => SourceHost.BuildAsync<CloudSource, CloudStore, CloudGrpcService>(settings, publish, clock),
        "group" => SourceHost.BuildAsync<GroupSource, GroupStore, GroupGrpcService>(settings, publish, clock),
        "network" => SourceHost.BuildAsync<NetworkSource, NetworkStore, NetworkGrpcService>(settings, publish, clock),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "is not a source"),
    };
}

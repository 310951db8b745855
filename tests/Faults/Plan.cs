using Iij.Tests.Servers;

namespace Iij.Tests.Faults;

/// <summary>What a world is made of, where it is not the usual.</summary>
internal sealed record Plan
{
    /// <summary>Off, outbox, relay and consumer alone must lose nothing.</summary>
    public bool FillGaps { get; init; }

    /// <summary>The server of the source's database.</summary>
    public PostgresServer SourceServer { get; init; } = PostgresServer.Shared;

    /// <summary>The server of reporting's database.</summary>
    public PostgresServer ReportingServer { get; init; } = PostgresServer.Shared;

    /// <summary>The broker; the shared one has a virtual host for each world.</summary>
    public RabbitServer Broker { get; init; } = RabbitServer.Shared;

    /// <summary>A twin that is wrong on purpose, in place of the source.</summary>
    public string SourceMutant { get; init; } = "";

    /// <summary>A twin that is wrong on purpose, in place of reporting.</summary>
    public string ReportingMutant { get; init; } = "";

    /// <summary>Turns the address at which reporting finds the broker or the source into another.</summary>
    public Func<string, Uri, Uri> Way { get; init; } = (_, address) => address;

    /// <summary>Where the source keeps a SQLite file; empty: PostgreSQL.</summary>
    public string SourceFile { get; init; } = "";
}

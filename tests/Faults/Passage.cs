namespace Iij.Tests.Faults;

/// <summary>What a gate lets through.</summary>
internal enum Passage
{
    /// <summary>Everything.</summary>
    Open,

    /// <summary>Nothing, and nobody is told: bytes wait on both sides, as where packets are dropped.</summary>
    Stalled,

    /// <summary>What the client says, not what it is answered.</summary>
    Deaf,

    /// <summary>What the client is answered, not what it says.</summary>
    Mute,

    /// <summary>Connections are reset, new ones too.</summary>
    Cut,
}

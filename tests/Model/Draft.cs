using Google.Protobuf;
using Iij.Contracts;
using NodaTime;

namespace Iij.Tests.Model;

/// <summary>What an entry says in plain numbers.</summary>
public sealed record Line(string Measure, long Amount);

/// <summary>A valid entry before it is sent.</summary>
/// <param name="Request">The request, without an id.</param>
/// <param name="Date">Its business date.</param>
/// <param name="Lines">What it adds up to.</param>
public sealed record Draft(IMessage Request, LocalDate Date, params IReadOnlyList<Line> Lines)
{
    /// <summary>Stock from before this system began, or an announcement: no activity of a period.</summary>
    public bool Opening { get; init; }

    /// <summary>Stands in its own month or nowhere, whatever the policy for late entries.</summary>
    public bool OwnMonth { get; init; }

    /// <summary>The order or ATM it is about.</summary>
    public string About { get; init; } = "";

    /// <summary>What it announces.</summary>
    public Fact? Announced { get; init; }

    public override string ToString() => $"{Request.Descriptor.Name} {Request}";
}

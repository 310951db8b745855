using Iij.Contracts;
using Iij.Reporting;
using Iij.Tests.Model;

namespace Iij.Tests.Reporting;

/// <summary>Hand-written books: sources that close months with the facts a test names.</summary>
internal sealed class Books
{
    private readonly List<Told> _told = [];

    public IReadOnlyList<Told> Told => _told;

    /// <summary>A plain amount of a month.</summary>
    public static Fact F(string measure, long amount) => new(measure, "", "", amount, 0);

    /// <summary>A stock from a date on.</summary>
    public static Fact D(string measure, string date, long amount) => new(measure, "", date, amount, 0);

    /// <summary>An announcement.</summary>
    public static Fact A(string measure, string year, string date, long unscaled, int scale = 0) =>
        new(measure, year, date, unscaled, scale);

    public Books Close(string source, string month, params Fact[] facts) =>
        Tell(source, month, "Closed", facts, Revision(source, month) + 1);

    /// <summary>Closes every source that one of the facts belongs to.</summary>
    public Books Close(string month, params Fact[] facts)
    {
        foreach (var source in facts.GroupBy(fact => fact.Measure.Split('.')[0]))
            Close(source.Key, month, [.. source]);
        return this;
    }

    public Books RollForward(string source, string month, params Fact[] facts) =>
        Tell(source, month, "RolledForward", facts, Revision(source, month) + 1);

    public Books Reopen(string source, string month) => Tell(source, month, "Reopened", null, Revision(source, month));

    public Books Lock(string source, string month) => Tell(source, month, "Locked", null, Revision(source, month));

    public Asked Ask() => new(Fold.Of(Known.Of(_told)));

    private int Revision(string source, string month) => _told
        .LastOrDefault(told => told.Message.Source == source && told.Message.Month == month)?.Message.Revision ?? 0;

    private Books Tell(string source, string month, string transition, Fact[]? facts, int revision)
    {
        var sequence = (_told.LastOrDefault(told => told.Message.Source == source)?.Message.Sequence ?? 0) + 1;
        _told.Add(new(new PeriodEventPublished($"{source}-{sequence}", source, "life-1", transition, month, revision, sequence,
            sequence - 1,
            sequence, "clerk", "", facts is null ? "" : Statements.Schemas[source].FullName, ""), facts ?? []));
        return this;
    }
}

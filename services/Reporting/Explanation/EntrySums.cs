using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Takes a fact apart into the entries behind it, by subject. Only the sources hold entries, so the source is asked for those that the revision
/// of each side has. What they do not add up to is a driver of its own: a statement may state what nobody posts, such as days.
/// </summary>
public sealed class EntrySums(Peers peers)
{
    private const int PageSize = 1_000;
    private const string NotFromEntries = "not from entries";
    private const string NoSubject = "without a subject";

    /// <summary>Whether a driver is a fact, or one of each side, that entries stand behind.</summary>
    public static bool HasEntries(Driver driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        return driver.Children.Count == 0 && new[] { driver.Now, driver.Against }.OfType<Node>().All(HasEntries);
    }

    /// <summary>Whether a value is a fact that entries stand behind: a flow of a month.</summary>
    public static bool HasEntries(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Source?.Fact is { Subject: "", Date: "" } fact && MeasureCatalog.Find(fact.Measure)?.Nature == Nature.Flow;
    }

    /// <summary>What the entries of a fact do not add up to; zero of most.</summary>
    public async Task<Exact> NotFromEntriesAsync(Node node, CancellationToken cancel) =>
        (await SumsAsync(node, cancel)).GetValueOrDefault(NotFromEntries) ?? default;

    /// <summary>The driver with a child for each subject. Refuses where the source cannot be asked.</summary>
    public async Task<Driver> OpenedAsync(Driver driver, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(driver);
        var (now, against) = (await SumsAsync(driver.Now, cancel), await SumsAsync(driver.Against, cancel));
        var difference = ValueOf(driver.Now) - ValueOf(driver.Against);
        var weight = difference.Sign == 0 ? Exact.Of(1) : driver.Contribution / difference;
        var children = now.Keys.Union(against.Keys)
            .Select(subject => Of(subject, weight, now.GetValueOrDefault(subject), against.GetValueOrDefault(subject)));
        return driver with { Children = Driver.LargestFirst(children.Where(child => child.Contribution.Sign != 0)) };
    }

    private static Driver Of(string subject, Exact weight, Exact? now, Exact? against) => new(
        subject, NodeOf(subject, now), NodeOf(subject, against), (weight * ((now ?? default) - (against ?? default))).Reduced(),
        DriverCause.Entries, []);

    private static Node? NodeOf(string subject, Exact? value) => value is null ? null : new Node { Name = subject, Value = value };

    private static Exact ValueOf(Node? node) => node?.Value ?? default;

    private async Task<Dictionary<string, Exact?>> SumsAsync(Node? node, CancellationToken cancel)
    {
        var sums = new Dictionary<string, Exact?>();
        if (node?.Source is not var (fact, received))
            return sums;
        var request = new ListEntrySumsRequest
        {
            Month = received.YearMonth.ToProto(), Measure = fact.Measure, Revision = received.Revision, PageSize = PageSize,
        };
        do
        {
            var page = await peers.AskAsync(received.Source, client => client.ListEntrySumsAsync(request, Peers.Options(cancel)).ResponseAsync);
            foreach (var sum in page.Sums)
                sums[sum.Subject.Length == 0 ? NoSubject : sum.Subject] = Exact.Of(sum.Amount);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        var left = sums.Values.Aggregate(node.Value!.Value, (rest, sum) => rest - sum!.Value);
        if (left.Sign != 0)
            sums[NotFromEntries] = left;
        return sums;
    }
}

using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Iij.AtmOperations.V1;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.GioCloud.V1;
using Iij.Group.V1;
using Iij.NetworkServices.V1;
using Iij.SiBacklog.V1;
using NodaTime;

namespace Iij.Tests.Reporting;

/// <summary>Statements of every source with random amounts, and the facts they hold, written down while they are made.</summary>
internal static class Statements
{
    public static IReadOnlyDictionary<string, MessageDescriptor> Schemas { get; } = new Dictionary<string, MessageDescriptor>
    {
        ["atm"] = AtmOperationsStatement.Descriptor,
        ["backlog"] = SiBacklogStatement.Descriptor,
        ["cloud"] = GioCloudStatement.Descriptor,
        ["group"] = GroupStatement.Descriptor,
        ["network"] = NetworkServicesStatement.Descriptor,
    };

    private static readonly string[] _years = ["FY2011", "FY2012", "FY2013"];
    private static readonly string[] _items = ["total_assets", "cash", "inventories", "goodwill"];

    /// <summary>A statement of plain amounts by measure; everything else is absent.</summary>
    public static string Body(string source, params (string Measure, long Amount)[] amounts)
    {
        var statement = Schemas[source].Parser.ParseFrom(ByteString.Empty);
        foreach (var (measure, amount) in amounts)
        {
            var field = Schemas[source].Fields.InDeclarationOrder()
                .First(f => !f.IsRepeated && MeasureCatalog.MeasureOf(f)!.Name == measure);
            field.Accessor.SetValue(statement, amount);
        }

        return JsonFormatter.Default.Format(statement);
    }

    /// <summary>A statement in which every plain amount is stated: those given, and zero.</summary>
    public static string Full(string source, params (string Measure, long Amount)[] amounts)
    {
        var stated = Schemas[source].Fields.InDeclarationOrder().Where(field => !field.IsRepeated)
            .Select(field => MeasureCatalog.MeasureOf(field)!.Name).Except(amounts.Select(one => one.Measure)).Select(measure => (measure, 0L));
        return Body(source, [.. stated, .. amounts]);
    }

    /// <summary>A random statement as it would be published, with its facts by key.</summary>
    public static (string Body, IReadOnlyList<Fact> Facts) Random(string source, YearMonth month, Random random)
    {
        var statement = Schemas[source].Parser.ParseFrom(ByteString.Empty);
        var facts = new List<Fact>();
        foreach (var field in Schemas[source].Fields.InDeclarationOrder())
        {
            var measure = MeasureCatalog.MeasureOf(field)!.Name;
            if (field.IsRepeated)
                Fill((IList)field.Accessor.GetValue(statement), field.MessageType, measure, month, random, facts);
            else if (random.Next(5) > 0)
                facts.Add(new Fact(measure, "", "", Set(field, statement, Amount(random)), 0));
        }

        return (JsonFormatter.Default.Format(statement), facts);
    }

    private static long Set(FieldDescriptor field, IMessage statement, long amount)
    {
        field.Accessor.SetValue(statement, amount);
        return amount;
    }

    private static void Fill(IList list, MessageDescriptor type, string measure, YearMonth month, Random random, List<Fact> facts)
    {
        if (type == ItemAmount.Descriptor)
        {
            foreach (var item in random.Shuffled(_items).Take(random.Next(_items.Length + 1)))
            {
                var amount = Amount(random);
                list.Add(new ItemAmount { Item = item, Amount = amount });
                facts.Add(new Fact($"{measure}.{item}", "", "", amount, 0));
            }
        }
        else if (type == DatedAmount.Descriptor)
        {
            foreach (var day in random.Shuffled(Enumerable.Range(1, 28)).Take(random.Next(4)))
            {
                var (date, amount) = (month.OnDayOfMonth(day), Amount(random));
                list.Add(new DatedAmount { Date = date.ToProto(), Amount = amount });
                facts.Add(new Fact(measure, "", date.ToIso(), amount, 0));
            }
        }
        else
        {
            Announce(list, measure, month, random, facts);
        }
    }

    private static void Announce(IList list, string measure, YearMonth month, Random random, List<Fact> facts)
    {
        string[] items = measure switch
        {
            "group.target" => ["operating_income", "revenue.total", "net_income_attributable"],
            "group.dividend" => ["interim.pre_split", "interim.post_split", "year_end.pre_split", "year_end.post_split"],
            "group.shares" => ["weighted_average"],
            _ => ["ratio"],
        };
        foreach (var item in items.Where(_ => random.Next(3) > 0))
        {
            var year = measure == "group.split" ? "" : random.Pick(_years);
            var date = measure == "group.shares" ? (LocalDate?)null : month.OnDayOfMonth(random.Next(1, 29));
            var (unscaled, scale) = ((long)random.Next(1, 1_000_000), random.Next(4));
            list.Add(new Announcement
            {
                Item = item, FiscalYear = year, AnnouncedOn = date?.ToProto(),
                Value = new Money.V1.Decimal { Unscaled = unscaled, Scale = scale },
            });
            facts.Add(new Fact($"{measure}.{item}", year, date?.ToIso() ?? "", unscaled, scale));
        }
    }

    private static long Amount(Random random) => random.Next(8) switch
    {
        0 => 0,
        1 => -random.NextInt64(1, 1_000_000_000_000),
        2 => random.NextInt64(999_999_999_999_000, 1_000_000_000_000_001),
        _ => random.NextInt64(1, 100_000_000_000),
    };
}

using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;
using NodaTime;
using NodaTime.Text;

namespace Iij.Cli;

/// <summary>Options and arguments that several commands have.</summary>
internal static class Shared
{
    private static readonly LocalDateTimePattern _inJapan = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss");

    /// <summary>The sources by the first word of their measures.</summary>
    public static IReadOnlyList<string> Sources { get; } = [.. MeasureCatalog.Measures.Values.Select(measure => measure.Source).Distinct().Order()];

    /// <summary>The file with the addresses of the services.</summary>
    public static Option<string?> EndpointsFile { get; } = new("--endpoints")
    {
        HelpName = "FILE", Recursive = true,
        Description = $"The addresses of the services, as ./run writes them (default: {EndpointSearch.Variable}, else the newest under .data that answers).",
    };

    /// <summary>The answer as the service gave it.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Recursive = true, Description = "Print the answer as proto3 JSON; standard output then contains nothing else.",
    };

    /// <summary>A file for the tables of an answer.</summary>
    public static Option<string?> Export { get; } = new("--export")
    {
        HelpName = "FILE", Description = "Write the tables to FILE instead: .csv, or .xlsx with the lines around them; - is CSV on standard output.",
        Validators =
        {
            result =>
            {
                if (result.Tokens is [var token] && !Exporting.Export.CanBe(token.Value))
                    result.AddError($"--export \"{token.Value}\" is neither a .csv nor a .xlsx file, nor -");
            },
        },
    };

    /// <summary>Whether an exported CSV begins with a byte order mark.</summary>
    public static Option<bool> Mark { get; } = new("--bom") { Description = "Begin an exported CSV file with the mark by which Excel knows UTF-8." };

    /// <summary>Whether exported negatives are written in the Japanese style.</summary>
    public static Option<bool> Triangles { get; } = new("--triangles") { Description = "Write exported negative numbers as △123." };

    /// <summary>Who acts.</summary>
    public static Option<string?> Actor { get; } = new("--actor")
    {
        HelpName = "NAME", Recursive = true, Description = $"The acting person (default: {Cli.Actor.Variable}; for reads the login name).",
    };

    /// <summary>The id of a write.</summary>
    public static Option<string?> RequestId { get; } = new("--request-id")
    {
        HelpName = "ID", Description = "The id of the write; a repeated id gets the first answer (default: a new id).",
    };

    /// <summary>Why, where a reason is wanted.</summary>
    public static Option<string> Reason { get; } = new("--reason")
    {
        HelpName = "TEXT", Required = true, Description = "The reason, stored with the change.",
    };

    /// <summary>The unit of a view.</summary>
    public static Option<Unit?> MoneyUnit { get; } =
        Choice("--unit", "The unit of money lines (default: jpy-million).", Unit.Jpy, Unit.JpyMillion, Unit.JpyBillion);

    /// <summary>The moment of knowledge.</summary>
    public static Option<AsOf?> AsOf { get; } =
        AsOfOption("--as-of", "The state at that sequence position, or at 2013-02-13T09:00:00 (Japan, or with an offset or Z).");

    /// <summary>An edition of a period by number.</summary>
    public static Option<int> Edition { get; } = Number("--edition", "That edition of the period (default: the latest published one, else the live view).");

    /// <summary>The live view.</summary>
    public static Option<bool> Latest { get; } = new("--latest") { Description = "From the live view, also of a published period." };

    /// <summary>The numbers of an edition and of the live view, which exclude each other.</summary>
    public static (int Edition, bool Latest) Published(Session session)
    {
        var (edition, latest) = (session.Get(Edition), session.Get(Latest));
        return edition > 0 && latest
            ? throw new UsageException("--edition names an edition, --latest the live view: give one of them")
            : (edition, latest);
    }

    /// <summary>A moment of knowledge; null where the option is left out.</summary>
    public static Option<AsOf?> AsOfOption(string name, string description) => new(name)
    {
        HelpName = "KNOWLEDGE|TIME", Description = description,
        CustomParser = result =>
        {
            var asOf = ReadAsOf(result.Tokens[0].Value);
            if (asOf is null)
                result.AddError($"{name} \"{result.Tokens[0].Value}\" is neither a sequence position nor a time; write 735 or 2013-02-13T09:00:00");
            return asOf;
        },
    };

    /// <summary>A number from 1; 0 where the option is left out.</summary>
    public static Option<int> Number(string name, string description)
    {
        var option = new Option<int>(name) { HelpName = "N", Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var number) || number < 1))
                result.AddError($"{name} \"{token.Value}\" is not a number from 1");
        });
        return option;
    }

    /// <summary>A moment; null where the option is left out.</summary>
    public static Option<Timestamp?> Moment(string name, string description) => new(name)
    {
        HelpName = "TIME", Description = description,
        CustomParser = result =>
        {
            var moment = ReadTime(result.Tokens[0].Value);
            if (moment is null)
                result.AddError($"{name} \"{result.Tokens[0].Value}\" is not a time; write 2013-02-14T15:00:00");
            return moment;
        },
    };

    /// <summary>One of the sources.</summary>
    public static Option<string?> SourceOption(string description)
    {
        var source = new Option<string?>("--source") { HelpName = "SOURCE", Description = $"{description} {string.Join(", ", Sources)}." };
        source.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Sources.Contains(token.Value))
                result.AddError($"\"{token.Value}\" is not a source; the sources are {string.Join(", ", Sources)}");
        });
        source.CompletionSources.Add([.. Sources]);
        return source;
    }

    /// <summary>One of the contract's choices; null where the option is left out.</summary>
    public static Option<T?> Choice<T>(string name, string description, params T[] among) where T : struct, System.Enum
    {
        var words = (among.Length == 0 ? EnumWords.All<T>() : among).Select(EnumWords.Word).ToList();
        var option = new Option<T?>(name)
        {
            HelpName = words.Count <= 4 ? string.Join('|', words) : name.TrimStart('-').ToUpperInvariant(),
            Description = words.Count <= 4 ? description : $"{description}: {string.Join(", ", words)}.",
            CustomParser = result =>
            {
                var value = words.Contains(result.Tokens[0].Value) ? EnumWords.Find<T>(result.Tokens[0].Value) : null;
                if (value is null)
                    result.AddError($"{name} \"{result.Tokens[0].Value}\" is not one of {string.Join(", ", words)}");
                return value;
            },
        };
        option.CompletionSources.Clear(); // the contract's own names, which the parser does not take
        option.CompletionSources.Add([.. words]);
        return option;
    }

    // Without a name of its own the help shows the suggestions in its place, and asks a service for them.
    /// <summary>A source by name.</summary>
    public static Argument<string> Source()
    {
        var source = new Argument<string>("SOURCE") { HelpName = "SOURCE", Description = $"One of {string.Join(", ", Sources)}." };
        source.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Sources.Contains(token.Value))
                result.AddError($"\"{token.Value}\" is not a source; the sources are {string.Join(", ", Sources)}");
        });
        source.CompletionSources.Add(Completions.InTurn(source, _ => Sources));
        return source;
    }

    /// <summary>A month.</summary>
    public static Argument<YearMonth> Month()
    {
        var month = new Argument<YearMonth>("MONTH")
        {
            HelpName = "MONTH", Description = "2012-12.",
            CustomParser = result =>
            {
                if (Calendar.ParseMonth(result.Tokens[0].Value) is { } read)
                    return read;
                result.AddError($"\"{result.Tokens[0].Value}\" is not a month; write 2012-12");
                return default;
            },
        };
        month.CompletionSources.Add(Completions.InTurn(month, Completions.Months));
        return month;
    }

    /// <summary>A period of any length.</summary>
    public static Argument<string> Period(bool optional = false)
    {
        var period = new Argument<string>("PERIOD")
        {
            HelpName = "PERIOD", Description = "2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012.",
            Arity = optional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne, DefaultValueFactory = optional ? _ => "" : null,
        };
        period.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && ReportingPeriod.Parse(token.Value) is null)
                result.AddError($"\"{token.Value}\" is not a period; write 2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012");
        });
        period.CompletionSources.Add(Completions.InTurn(period, Completions.Periods));
        return period;
    }

    private static AsOf? ReadAsOf(string text)
    {
        if (long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var knowledge))
            return new AsOf { Knowledge = knowledge };
        return ReadTime(text) is { } time ? new AsOf { Time = time } : null;
    }

    // A time without an offset is one in Japan, as every business date is.
    private static Timestamp? ReadTime(string text)
    {
        if (Rfc3339.Parse(text) is { } moment)
            return Timestamp.FromDateTimeOffset(moment.ToDateTimeOffset());
        return _inJapan.Parse(text) is { Success: true, Value: var local }
            ? Timestamp.FromDateTimeOffset(local.InZoneStrictly(Calendar.Japan).ToDateTimeOffset())
            : null;
    }
}

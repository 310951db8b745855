using System.Runtime.CompilerServices;
using Iij.Contracts;
using Iij.Tests.Servers;
using Iij.Toy.V1;

namespace Iij.Tests.SixthSource;

/// <summary>The description of the sources with one row more.</summary>
internal static class ToyDescription
{
    /// <summary>The row.</summary>
    public static SourceDescription Toy => All[^1];

    /// <summary>The text of the file.</summary>
    public static string Text { get; } = File.ReadAllText(Path.Combine(Checkout.Root, "deploy", "sources.csv")) + "toy,5108,Toys,玩具\n";

    /// <summary>The sources that it describes.</summary>
    public static IReadOnlyList<SourceDescription> All { get; } = SourceDescription.Read(new StringReader(Text));

    // Before any test reads the measures. In services/ the proto would be compiled into Contracts, and nothing be added.
    [ModuleInitializer]
    internal static void AddMeasures() => MeasureCatalog.Add(ToyReflection.Descriptor);
}

using System.Reflection;
using Iij.Contracts;
using Iij.Reporting;

namespace Iij.Tests.Reporting;

/// <summary>A view does not change once it was made: readers share it.</summary>
public sealed class ViewTests
{
    [Fact]
    public void What_a_view_shows_cannot_be_written() => Seeded.Check(5, random =>
    {
        var view = Fold.Of(Known.Of(Story.OfAll(random, 3, 200)));
        Assert.True(((IDictionary<string, SourceFold>)view.Sources).IsReadOnly);
        Assert.All(view.Sources.Values, source =>
        {
            Assert.True(IsReadOnly(source.Events) && IsReadOnly(source.Held) && IsReadOnly(source.Cells));
            Assert.All(source.Cells, cell => Assert.True(IsReadOnly(cell.Facts)));
        });
    });

    [Fact]
    public void A_change_of_what_it_was_made_of_does_not_reach_it() => Seeded.Check(5, random =>
    {
        var history = Known.Of(Story.OfAll(random, 3, 200));
        var facts = history.Facts.ToDictionary(of => of.Key, of => of.Value.ToList());
        var events = history.Events.ToList();
        var view = Fold.Of(history with { Events = events, Facts = facts.ToDictionary(of => of.Key, of => (IReadOnlyList<Fact>)of.Value) });
        var before = Content(view);
        events.Clear();
        foreach (var list in facts.Values)
            list.Clear();
        Assert.Equal(before, Content(view));
    });

    [Theory]
    [InlineData(typeof(View))]
    [InlineData(typeof(Cell))]
    [InlineData(typeof(SourceFold))]
    public void Every_field_is_written_once(Type type) => Assert.All(
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic), field => Assert.True(field.IsInitOnly, field.Name));

    // An array calls itself read-only as a list, and its elements can be written nevertheless.
    private static bool IsReadOnly<T>(IReadOnlyList<T> list) => list is IList<T> { IsReadOnly: true } and (not T[] or T[] { Length: 0 });

    private static string Content(View view) => string.Join('\n', view.Sources.Values.SelectMany(source => source.Cells)
        .Select(cell => $"{cell.Source} {cell.Month} {cell.Standing?.Revision} {string.Join(' ', cell.Facts)}")
        .Append($"{view.Sources.Values.Sum(source => source.Events.Count)}"));
}

using Iij.Client;

namespace Iij.Tests.Access;

/// <summary>A person has one name: spellings that look alike or are compared alike make no second one.</summary>
public sealed class ActorNameTests
{
    [Theory]
    [InlineData("bob", "BOB")]
    [InlineData("Bob O'Neill", "bob o'neill")]
    [InlineData("bob", "bob ")] // as an earlier version recorded it
    public void Is_the_same_person(string one, string other)
    {
        Assert.True(ActorMetadata.IsSame(one, other));
        Assert.True(ActorMetadata.IsSame(other, one));
    }

    [Theory]
    [InlineData("bob", "rob")]
    [InlineData("bob", "bo b")]
    public void Is_another_person(string one, string other) => Assert.False(ActorMetadata.IsSame(one, other));

    [Theory]
    [InlineData("bob")]
    [InlineData("Bob O'Neill")]
    [InlineData("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")]
    [InlineData("auth0|bob@example.com")]
    public void Is_a_name(string text) => Assert.True(ActorMetadata.IsName(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("bob ")]
    [InlineData(" bob")]
    [InlineData("b\u043Eb")] // with a letter of another alphabet
    [InlineData("ｂｏｂ")] // full width
    [InlineData("Jose\u0301")] // composed of two
    [InlineData("bo\u200Bb")] // of no width
    [InlineData("\u202Ebob")] // written from right to left
    [InlineData("bob\u00A0b")] // a space of another kind
    [InlineData("bob\n")]
    [InlineData("bo\u0000b")]
    [InlineData("bo\u007Fb")]
    [InlineData("bob\u2028")]
    [InlineData("bob\uE000")]
    [InlineData("bob\uD800")] // an unpaired surrogate
    public void Is_no_name(string? text) => Assert.False(ActorMetadata.IsName(text));

    [Fact]
    public void Has_100_characters_at_most()
    {
        Assert.True(ActorMetadata.IsName(new string('b', 100)));
        Assert.False(ActorMetadata.IsName(new string('b', 101)));
    }
}

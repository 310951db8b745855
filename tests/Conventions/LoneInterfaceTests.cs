using Iij.Tests.Conventions.Rules;
using Xunit;

namespace Iij.Tests.Conventions;

public sealed class LoneInterfaceTests() : RuleTests(LoneInterface.Check)
{
    [Theory]
    [InlineData("class A : IStore { }")]
    [InlineData("record A(int B) : Base(B), Closing.IStore;")]
    [InlineData("interface IMore : IStore { } class A : IMore { } class B : IMore { }")]
    [InlineData("class A { IStore b; }")]
    [InlineData("")]
    public void Fewer_than_two_implementations_are_caught(string others) =>
        Catches("services/Closing/Store.cs", $"{others}\ninterface IStore {{ }}", 2);

    [Fact]
    public void An_implementation_in_a_test_does_not_count() => CatchesIn(
        SourceTree.Of(
            ("services/Closing/IStore.cs", "interface IStore; class A : IStore;"),
            ("tests/Closing/Fake.cs", "class B : IStore;")),
        "services/Closing/IStore.cs");

    [Fact]
    public void Two_implementations_pass() =>
        Passes("services/Closing/IStore.cs", "interface IStore<T>; class A : IStore<int>; struct B : IStore<long>;");
}

namespace Iij.Tests.Bench;

/// <summary>Both sides of a path, started. Each runs a number of operations and returns when all of them are done and durable.</summary>
/// <param name="Ours">The product.</param>
/// <param name="Twin">The plain twin.</param>
/// <param name="Started">What is stopped at the end, the last first.</param>
internal sealed record BenchPair(Func<int, Task> Ours, Func<int, Task> Twin, params IAsyncDisposable[] Started) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        foreach (var one in Started.Reverse())
            await one.DisposeAsync();
    }
}

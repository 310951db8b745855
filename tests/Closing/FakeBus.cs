using System.Collections.Concurrent;
using System.Security.Cryptography;
using Iij.Contracts;

namespace Iij.Tests.Closing;

/// <summary>The bus as a fake: keeps what was published, and fails as often as it is told. Several instances may share it.</summary>
internal sealed class FakeBus(int failPercent = 0)
{
    private readonly ConcurrentQueue<PeriodEventPublished> _published = [];

    public IReadOnlyCollection<PeriodEventPublished> Published => _published;

    public int Failures;

    public Task PublishAsync(PeriodEventPublished message, CancellationToken cancel)
    {
        if (RandomNumberGenerator.GetInt32(100) < failPercent)
        {
            Interlocked.Increment(ref Failures);
            throw new IOException("the broker is away");
        }

        _published.Enqueue(message);
        return Task.CompletedTask;
    }
}

using Google.Protobuf;
using Xunit.Abstractions;

namespace Iij.Tests.Fuzzing;

/// <summary>Every field of every request of every process gets everything that is wrong: one at a time, and two at a time.</summary>
public sealed class EveryRpcTests(World world, ITestOutputHelper output) : IClassFixture<World>
{
    private const int PairsEach = 40;

    /// <summary>Ended last: they take the state away that makes the requests before them valid.</summary>
    private static readonly string[] _last =
        ["PreparePeriod", "ReturnPeriod", "ClosePeriod", "LockPeriod", "UnlockPeriod", "ReopenPeriod", "DefineLines"];

    private readonly List<string> _faults = [];
    private readonly SortedDictionary<string, int> _seen = new(StringComparer.Ordinal);
    private int _requests;

    [Fact]
    public async Task Every_bad_request_is_refused_with_a_reason_and_changes_nothing()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IIJ_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"IIJ_TEST_SEED={seed}");
        var random = new Random(seed);
        foreach (var rpc in world.Rpcs.OrderBy(rpc => Array.IndexOf(_last, rpc.Method.Name)))
        {
            var (version, digest) = (world.Version(), await Readings.DigestAsync(world.Services));
            foreach (var mutations in Plan(rpc, random))
                await TryAsync(rpc, mutations);
            if (rpc.IsOwn)
                await TryUnreadableTextAsync(rpc);
            var again = await Readings.DigestAsync(world.Services);
            if (world.Version() == version && again != digest)
                _faults.Add($"{rpc}: nothing was committed, but something else is read");
        }

        output.WriteLine($"{world.Rpcs.Count} RPCs, {_requests} requests");
        foreach (var (what, count) in _seen)
            output.WriteLine($"{count,6} {what}");
        Assert.True(_faults.Count == 0, $"seed {seed}: {_faults.Count} faults\n{string.Join('\n', _faults.Distinct().Take(3_000))}");
    }

    private static IEnumerable<Mutation[]> Plan(Rpc rpc, Random random)
    {
        var all = Mutations.Of(rpc.Method.InputType).ToList();
        foreach (var one in all)
            yield return [one];
        for (var pair = 0; pair < PairsEach && all.Count > 1; pair++)
            yield return [all[random.Next(all.Count)], all[random.Next(all.Count)]];
    }

    private async Task TryAsync(Rpc rpc, Mutation[] mutations)
    {
        var request = Samples.Of(rpc);
        foreach (var mutation in mutations)
            mutation.Apply(request);
        await TryAsync(rpc, request.ToByteArray(), string.Join(" and ", mutations.AsEnumerable()), [.. mutations.Select(one => one.Field)]);
    }

    private async Task TryAsync(Rpc rpc, byte[] request, string what, params string[] fields)
    {
        var before = world.Version();
        var answer = await rpc.SendAsync(request, Rpc.Options(Rpc.Actor));
        _requests++;
        var faults = Judge.Faults(answer, fields).ToList();
        if (answer.IsOk && rpc.IsWrite)
            await (_last.Contains(rpc.Method.Name) ? world.SettleAsync() : Task.CompletedTask); // its event travels
        else if (world.Version() != before)
            faults.Add($"was not done, but changed {before} to {world.Version()}");
        var key = $"{answer.Status.StatusCode} {answer.Info?.Reason}";
        _seen[key] = _seen.GetValueOrDefault(key) + 1;
        _faults.AddRange(faults.Select(fault => $"{rpc} with {what}: {fault}: {answer}"));
    }

    // Text that is not UTF-8, appended so that it is the field's last value: other languages' clients do send it.
    private async Task TryUnreadableTextAsync(Rpc rpc)
    {
        var texts = rpc.Method.InputType.Fields.InDeclarationOrder()
            .Where(field => field.FieldType == Google.Protobuf.Reflection.FieldType.String);
        foreach (var field in texts)
        {
            foreach (var bytes in new byte[][] { [0xff, 0xfe], [0x61, 0xed, 0xa0, 0x80], [0xc0, 0x80], [0x80] })
            {
                using var message = new MemoryStream();
                message.Write(Samples.Of(rpc).ToByteArray());
                message.WriteByte((byte)((field.FieldNumber << 3) | 2));
                message.WriteByte((byte)bytes.Length);
                message.Write(bytes);
                await TryAsync(rpc, message.ToArray(), $"{field.Name} = bytes {Convert.ToHexString(bytes)}", field.Name);
            }
        }
    }
}

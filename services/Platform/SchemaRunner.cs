using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Iij.Platform;

/// <summary>
/// Brings a database to this version's schema: numbered scripts (schema/0001-name.sql, embedded), each applied once in a write
/// transaction and kept with its checksum. A script that changed after it was applied, or one that this version does not know
/// (a newer version was here), is refused with the way out.
/// </summary>
public sealed class SchemaRunner(Database database, TimeProvider clock)
{
    /// <summary>Applies the platform's own scripts, then those of these assemblies in their order, by number.</summary>
    public async Task MigrateAsync(params Assembly[] assemblies)
    {
        var scripts = assemblies.Prepend(typeof(SchemaRunner).Assembly).SelectMany(ScriptsOf).ToList();
        await database.WriteAsync(async transaction =>
        {
            await transaction.ExecuteAsync(
                "CREATE TABLE IF NOT EXISTS schema_script (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)");
            var applied = (await transaction.QueryAsync<Applied>("SELECT name AS Name, checksum AS Checksum FROM schema_script"))
                .ToDictionary(row => row.Name, row => row.Checksum);
            Verify(scripts, applied);
            foreach (var script in scripts.Where(script => !applied.ContainsKey(script.Name)))
                await ApplyAsync(transaction, script);
            return scripts.Count;
        });
    }

    private async Task ApplyAsync(Transaction transaction, Script script)
    {
        await transaction.ExecuteAsync(script.Text);
        await transaction.ExecuteAsync(
            "INSERT INTO schema_script (name, checksum, applied_at) VALUES (@Name, @Checksum, @at)",
            new { script.Name, script.Checksum, at = Contracts.Calendar.ToMicroseconds(Contracts.Calendar.Now(clock)) });
    }

    private static void Verify(IReadOnlyList<Script> scripts, Dictionary<string, string> applied)
    {
        var known = scripts.ToDictionary(script => script.Name, script => script.Checksum);
        var newer = applied.Keys.Where(name => !known.ContainsKey(name)).Order(StringComparer.Ordinal).ToList();
        if (newer.Count > 0)
        {
            throw new SchemaException(
                $"the database was written by a newer version or by another service: it has {string.Join(", ", newer)}, "
                + "which this one does not know. Run the one that wrote it, or choose another data folder or database.");
        }

        var changed = applied.Where(row => known[row.Key] != row.Value).Select(row => row.Key).Order(StringComparer.Ordinal).ToList();
        if (changed.Count > 0)
        {
            throw new SchemaException(
                $"the schema scripts {string.Join(", ", changed)} are not the ones that were applied to this database. "
                + "A script is never edited after a release: add a new one.");
        }
    }

    private static IEnumerable<Script> ScriptsOf(Assembly assembly) =>
        assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(assembly, name));

    private static Script Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        return new(name, text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    private sealed record Script(string Name, string Text, string Checksum);

    private sealed class Applied
    {
        public string Name { get; init; } = "";

        public string Checksum { get; init; } = "";
    }
}

/// <summary>The database is not one that this version may use.</summary>
public sealed class SchemaException(string message) : Exception(message);

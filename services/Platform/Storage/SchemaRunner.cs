using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Iij.Platform;

/// <summary>
/// Brings a database to this version's schema: numbered scripts (schema/0001-name.sql, embedded; 0001-name.postgres.sql and
/// 0001-name.sqlite.sql where the engines differ), each applied once in a write transaction and kept with its checksum. A script
/// that changed after it was applied, or one that this version does not know (a newer version was here), is refused with the way
/// out. On PostgreSQL the role that migrates may be another than the one that
/// serves: schema/grants.sql of an assembly says which tables the serving role may update; all others it may read and add to.
/// </summary>
public sealed class SchemaRunner(Database database, TimeProvider clock, ServiceSettings settings)
{
    private const string Grants = "grants.sql";
    private static readonly string[] _engines = ["postgres", "sqlite"];

    /// <summary>
    /// Makes sure of the platform's own scripts and of those of these assemblies in their order, by number: applies what is missing,
    /// or, with Storage:Migrate off, throws <see cref="SchemaPendingException"/> where something is.
    /// </summary>
    public Task PrepareAsync(params Assembly[] assemblies) =>
        settings.Storage.Migrate ? MigrateAsync(assemblies) : RequireAsync(ScriptsOf(assemblies));

    /// <summary>Applies what is missing and lets the serving role, where Storage:ServingRole names one, read and add.</summary>
    public Task MigrateAsync(params Assembly[] assemblies) =>
        database.WriteAsync(async transaction =>
        {
            await transaction.ExecuteAsync(
                "CREATE TABLE IF NOT EXISTS schema_script (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)");
            foreach (var script in await MissingAsync(transaction, ScriptsOf(assemblies)))
                await ApplyAsync(transaction, script);
            if (settings.Storage.ServingRole.Length > 0)
                await GrantAsync(transaction, settings.Storage.ServingRole, assemblies);
            return true;
        });

    private Task RequireAsync(IReadOnlyList<Script> scripts) =>
        database.ReadAsync(async transaction =>
        {
            var missing = await MissingAsync(transaction, scripts);
            return missing.Count == 0 ? true : throw new SchemaPendingException(
                $"the database lacks {string.Join(", ", missing.Select(script => script.Name))}: run the service's \"migrate\" with the owner's role");
        });

    private static async Task<IReadOnlyList<Script>> MissingAsync(Transaction transaction, IReadOnlyList<Script> scripts)
    {
        var applied = (await transaction.QueryAsync<Applied>("SELECT name, checksum FROM schema_script"))
            .ToDictionary(row => row.Name, row => row.Checksum);
        Verify(scripts, applied);
        return scripts.Where(script => !applied.ContainsKey(script.Name)).ToList();
    }

    // What a role was once given is taken back first, so that the scripts alone say what it may do.
    private static async Task GrantAsync(Transaction transaction, string name, IReadOnlyList<Assembly> assemblies)
    {
        var role = $"\"{name}\"";
        await transaction.ExecuteAsync($"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}; "
            + $"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO {role}; REVOKE INSERT ON schema_script FROM {role}");
        foreach (var assembly in assemblies.Where(assembly => assembly.GetManifestResourceNames().Contains(Grants)))
            await transaction.ExecuteAsync(Read(assembly, Grants).Text.Replace("{role}", role, StringComparison.Ordinal));
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

    private List<Script> ScriptsOf(IReadOnlyList<Assembly> assemblies) =>
        assemblies.Prepend(typeof(SchemaRunner).Assembly).SelectMany(assembly => assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && name != Grants && !IsOfAnotherEngine(name))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(assembly, name))).ToList();

    private bool IsOfAnotherEngine(string name) =>
        _engines.Any(engine => engine != database.Engine.Name && name.EndsWith($".{engine}.sql", StringComparison.Ordinal));

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

/// <summary>The schema is not there yet: another process brings it.</summary>
public sealed class SchemaPendingException(string message) : Exception(message);

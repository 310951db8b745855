using Iij.Platform;

namespace Iij.Reporting;

/// <summary>The SQL of the versions of the lines model, approved and proposed.</summary>
public sealed class LineStore
{
    private static readonly Table _lines = new("line", "version", "position", "name", "definition");
    private static readonly Table _proposals = new("line_proposal", "preparation", "position", "name", "definition");

    /// <summary>The versions, oldest first.</summary>
    public async Task<IReadOnlyList<LineVersion>> ListVersionsAsync(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var versions = await transaction.QueryAsync<(long Version, long Knowledge, long DefinedAt, string Actor)>(
            "SELECT CAST(version AS BIGINT), knowledge, defined_at, actor FROM line_version ORDER BY version");
        var rows = (await transaction.QueryAsync<(long Version, string Name, string Definition)>(
            "SELECT CAST(version AS BIGINT), name, definition FROM line ORDER BY version, position")).ToLookup(row => row.Version);
        return versions.Select(version => new LineVersion((int)version.Version, version.Knowledge, version.DefinedAt,
            new LineModel(rows[version.Version].Select(row => (row.Name, row.Definition))), version.Actor)).ToList();
    }

    /// <summary>How many versions there are.</summary>
    public Task<long> CountVersionsAsync(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.FirstAsync<long>("SELECT COUNT(*) FROM line_version");
    }

    /// <summary>Writes a version.</summary>
    public async Task InsertVersionAsync(Transaction transaction, LineVersion version)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(version);
        await transaction.ExecuteAsync(
            "INSERT INTO line_version (version, knowledge, actor, defined_at) VALUES (@Version, @Knowledge, @Actor, @DefinedAt)",
            new { version.Version, version.Knowledge, version.Actor, version.DefinedAt });
        await transaction.InsertAsync(_lines,
            version.Lines.Rows.Select((row, position) => new object?[] { version.Version, position, row.Name, row.Definition }));
    }

    /// <summary>The model that a decision prepared.</summary>
    public async Task<LineModel> FindProposalAsync(Transaction transaction, long preparation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return new LineModel(await transaction.QueryAsync<(string Name, string Definition)>(
            "SELECT name, definition FROM line_proposal WHERE preparation = @preparation ORDER BY position", new { preparation }));
    }

    /// <summary>Writes the model that a decision prepares.</summary>
    public Task InsertProposalAsync(Transaction transaction, long preparation, LineModel lines)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(lines);
        return transaction.InsertAsync(_proposals,
            lines.Rows.Select((row, position) => new object?[] { preparation, position, row.Name, row.Definition }));
    }
}

namespace Iij.Platform;

/// <summary>A table that rows are added to, many at a time. A row is its values, in the order of the columns.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">The columns that a row fills.</param>
public sealed record Table(string Name, params IReadOnlyList<string> Columns)
{
    /// <summary>
    /// How many of the last columns are amounts of a running total. The columns before them are its key: the amounts are added to those of the
    /// row that has the same key, where there is one. 0: every row is a new one.
    /// </summary>
    public int Amounts { get; init; }

    /// <summary>A row of this table.</summary>
    public TableRow Row(params object?[] values) => new(this, values);

    /// <summary>What an engine appends to the insertion so that amounts are added to those that stand.</summary>
    internal string OnConflict()
    {
        if (Amounts == 0)
            return "";
        var keys = Columns.Take(Columns.Count - Amounts);
        var sums = Columns.Skip(Columns.Count - Amounts).Select(column => $"{column} = {Name}.{column} + excluded.{column}");
        return $" ON CONFLICT ({string.Join(", ", keys)}) DO UPDATE SET {string.Join(", ", sums)}";
    }

    /// <summary>The rows to insert: of a running total one for each key, as one statement may not touch a row twice.</summary>
    internal IReadOnlyList<object?[]> Summed(IReadOnlyList<object?[]> rows)
    {
        if (Amounts == 0 || rows.Count < 2)
            return rows;
        var keys = Columns.Count - Amounts;
        var sums = new Dictionary<string, object?[]>(rows.Count);
        foreach (var row in rows)
        {
            var key = string.Join('\n', row.Take(keys));
            if (!sums.TryGetValue(key, out var sum))
            {
                sums.Add(key, [.. row]);
                continue;
            }

            for (var i = keys; i < row.Length; i++)
                sum[i] = checked((long)sum[i]! + (long)row[i]!);
        }

        return [.. sums.Values];
    }
}

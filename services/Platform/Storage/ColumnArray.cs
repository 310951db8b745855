namespace Iij.Platform;

/// <summary>A column of rows as an array of its own type, as PostgreSQL takes it.</summary>
internal static class ColumnArray
{
    /// <summary>The values of a column; null where it has none.</summary>
    public static Array? Of(IReadOnlyList<object?[]> rows, int column) => rows.Select(row => row[column]).FirstOrDefault(value => value is not null) switch
    {
        string => Fill<string?>(rows, column),
        long => Fill<long?>(rows, column),
        int => Fill<int?>(rows, column),
        short => Fill<short?>(rows, column),
        byte[] => Fill<byte[]?>(rows, column),
        null => null,
        var other => throw new ArgumentException($"a value of {other.GetType().Name} is not stored", nameof(rows)),
    };

    private static T[] Fill<T>(IReadOnlyList<object?[]> rows, int column)
    {
        var values = new T[rows.Count];
        for (var row = 0; row < values.Length; row++)
            values[row] = (T)rows[row][column]!;
        return values;
    }
}

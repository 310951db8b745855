using System.Xml.Linq;
using Iij.Platform;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Iij.Reporting;

/// <summary>
/// The keys that seal a sign-in on its way to the issuer and back, shared by all replicas: the one that the browser returns to need not be the one it
/// left from. They are stored as they are: with one of them, and a browser, one could end a sign-in that one has begun, and nothing else.
/// </summary>
public sealed class SignInKeyStore(Database database) : IXmlRepository
{
    private static readonly Table _table = new("sign_in_key", "name", "content");

    /// <inheritdoc/>
    // The library asks without a task, once a day.
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var stored = database.ReadAsync(transaction => transaction.QueryAsync<string>("SELECT content FROM sign_in_key")).GetAwaiter().GetResult();
        return [.. stored.Select(XElement.Parse)];
    }

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        database.WriteAsync(async transaction =>
        {
            await transaction.InsertAsync(_table, [[friendlyName, element.ToString(SaveOptions.DisableFormatting)]]);
            return true;
        }).GetAwaiter().GetResult();
    }
}

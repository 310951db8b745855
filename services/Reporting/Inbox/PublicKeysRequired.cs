using Iij.Platform;

namespace Iij.Reporting;

/// <summary>Reporting does not start without the folder of the sources' public keys: it would accept no event.</summary>
internal sealed class PublicKeysRequired(ServiceSettings settings) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => settings.Signing.PublicKeys.Length > 0
        ? Task.CompletedTask
        : throw new SettingsException("Signing:PublicKeys", "is not set; it is the folder of the sources' public keys, network"
            + $"{SigningSettings.PublicEnding} and so on, without which no event is accepted; for example /var/lib/iij/keys");

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

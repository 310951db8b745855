using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;

namespace Iij.Tests.Servers;

/// <summary>Publishes a port as private servers do: to this machine alone.</summary>
internal static class LoopbackPort
{
    /// <summary>A port that is chosen before the start stays the same over every stop, which one that the engine chooses does not.</summary>
    public static TBuilder WithLoopbackPort<TBuilder, TContainer, TConfiguration>(
        this IContainerBuilder<TBuilder, TContainer, TConfiguration> builder, int port, int inside)
        where TBuilder : IContainerBuilder<TBuilder, TContainer, TConfiguration>
        where TContainer : IContainer
        where TConfiguration : IContainerConfiguration => builder
            .WithPortBinding(port, inside)
            .WithCreateParameterModifier(create =>
            {
                foreach (var binding in create.HostConfig!.PortBindings!.Values.SelectMany(bindings => bindings))
                    binding.HostIP = "127.0.0.1";
            });
}

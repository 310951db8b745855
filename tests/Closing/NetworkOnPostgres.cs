using Iij.Tests.Model;

namespace Iij.Tests.Closing;

public sealed class NetworkOnPostgres() : ReplicaLaws(new NetworkBusiness());

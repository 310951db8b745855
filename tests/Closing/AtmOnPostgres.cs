using Iij.Tests.Model;

namespace Iij.Tests.Closing;

public sealed class AtmOnPostgres() : ReplicaLaws(new AtmBusiness());

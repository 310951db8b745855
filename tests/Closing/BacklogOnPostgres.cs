using Iij.Tests.Model;

namespace Iij.Tests.Closing;

public sealed class BacklogOnPostgres() : ReplicaLaws(new BacklogBusiness());

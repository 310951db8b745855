using Iij.Tests.Model;

namespace Iij.Tests.Closing;

public sealed class GroupOnPostgres() : ReplicaLaws(new GroupBusiness());

using Iij.Tests.Model;

namespace Iij.Tests.Closing;

public sealed class CloudOnPostgres() : ReplicaLaws(new CloudBusiness());

using Iij.Tests.Model;

namespace Iij.Tests.Closing;

public sealed class NetworkOnSqlite() : SourceLaws(new NetworkBusiness(), "sqlite");

public sealed class NetworkOnPostgres() : ReplicaLaws(new NetworkBusiness());

public sealed class BacklogOnSqlite() : SourceLaws(new BacklogBusiness(), "sqlite");

public sealed class BacklogOnPostgres() : ReplicaLaws(new BacklogBusiness());

public sealed class CloudOnSqlite() : SourceLaws(new CloudBusiness(), "sqlite");

public sealed class CloudOnPostgres() : ReplicaLaws(new CloudBusiness());

public sealed class AtmOnSqlite() : SourceLaws(new AtmBusiness(), "sqlite");

public sealed class AtmOnPostgres() : ReplicaLaws(new AtmBusiness());

public sealed class GroupOnSqlite() : SourceLaws(new GroupBusiness(), "sqlite");

public sealed class GroupOnPostgres() : ReplicaLaws(new GroupBusiness());

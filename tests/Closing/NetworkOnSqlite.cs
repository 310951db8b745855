using Iij.Tests.Model;

namespace Iij.Tests.Closing;

public sealed class NetworkOnSqlite() : SourceLaws(new NetworkBusiness(), "sqlite");

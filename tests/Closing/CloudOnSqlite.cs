using Iij.Tests.Model;

namespace Iij.Tests.Closing;

public sealed class CloudOnSqlite() : SourceLaws(new CloudBusiness(), "sqlite");

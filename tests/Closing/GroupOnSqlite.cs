using Iij.Tests.Model;

namespace Iij.Tests.Closing;

public sealed class GroupOnSqlite() : SourceLaws(new GroupBusiness(), "sqlite");

using Iij.Tests.Model;

namespace Iij.Tests.Closing;

public sealed class BacklogOnSqlite() : SourceLaws(new BacklogBusiness(), "sqlite");

using Iij.Tests.Model;

namespace Iij.Tests.Closing;

public sealed class AtmOnSqlite() : SourceLaws(new AtmBusiness(), "sqlite");

namespace Iij.Tests.Closing;

/// <summary>What more is asked where several instances of a source may share one database.</summary>
public abstract class ReplicaLaws : SourceLaws
{
    private protected ReplicaLaws(Business business)
        : base(business, "postgres")
    {
    }
}

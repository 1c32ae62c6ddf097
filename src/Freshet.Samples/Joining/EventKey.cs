namespace Freshet.Samples.Joining;

/// <summary>An event_id within its identity.</summary>
internal readonly record struct EventKey(int Identity, ulong IdHash)
{
    public override int GetHashCode() => (int)(IdHash ^ (IdHash >> 32)) ^ (Identity * -1_640_531_527);
}

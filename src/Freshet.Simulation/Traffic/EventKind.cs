namespace Freshet.Simulation.Traffic;

/// <summary>Types of the platform's events.</summary>
internal enum EventKind : byte
{
    Impression,
    Click,
    Watch,
    Interact,
    Follow,
    Gift,
    SongPlay,
    HostStatus,
    HostProfile,
    UserProfile,
}

namespace Freshet.Simulation.World;

/// <summary>What draws from which stream of the seed: what one part draws never moves another.</summary>
internal static class RandomStream
{
    public const ulong Users = 1;
    public const ulong Hosts = 2;
    public const ulong Schedule = 3;
    public const ulong Requests = 4;
    public const ulong Pages = 5;
    public const ulong Reactions = 6;
    public const ulong Songs = 7;
    public const ulong Status = 8;
    public const ulong Fashion = 9;
}

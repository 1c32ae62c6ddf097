namespace Freshet.Tests;

/// <summary>Counts what a piece of work allocates in steady state.</summary>
internal static class Allocation
{
    /// <summary>
    /// The least that <paramref name="work"/> allocates on this thread in five runs after one to warm up: the runtime itself
    /// allocates now and then, its cache of casts for one, and a collection counts what was left of the thread's 8 KiB.
    /// </summary>
    public static long Of(Action work)
    {
        work();
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}

namespace Freshet.Experiments.Benchmarking;

/// <summary>Measures work in twenty slices of the time, with the FMA ceiling between them.</summary>
/// <remarks>The median slice is the figure: others who use the machine slow some slices down, and the ceiling with them.</remarks>
internal sealed class SliceMeter(TimeProvider time, FmaCeiling ceiling)
{
    private const int SliceCount = 20;
    private static readonly TimeSpan s_shortestCeiling = TimeSpan.FromMilliseconds(2);

    /// <summary>Repeats <paramref name="work"/> for <paramref name="duration"/>, ceilings not counted, and at least once.</summary>
    public SliceRates Measure(Action work, TimeSpan duration, CancellationToken cancellation)
    {
        TimeSpan slice = duration / SliceCount;
        TimeSpan ceilingTime = slice / 10 > s_shortestCeiling ? slice / 10 : s_shortestCeiling;
        var runs = new List<double>(SliceCount);
        var peaks = new List<double>(SliceCount);
        long allocated = 0, count = 0;
        for (TimeSpan measured = TimeSpan.Zero; measured < duration;)
        {
            peaks.Add(ceiling.Measure(ceilingTime));
            long bytes = GC.GetTotalAllocatedBytes(precise: true), start = time.GetTimestamp();
            TimeSpan elapsed = TimeSpan.Zero;
            int done = 0;
            while (elapsed < slice || done == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                work();
                done++;
                elapsed = time.GetElapsedTime(start);
            }

            allocated += GC.GetTotalAllocatedBytes(precise: true) - bytes;
            count += done;
            measured += elapsed;
            runs.Add(done / elapsed.TotalSeconds);
        }

        return new SliceRates(Spread.Of(runs), Spread.Of(peaks), (double)allocated / count);
    }

    /// <summary>Repeats <paramref name="work"/> at least <paramref name="times"/> times and for <paramref name="duration"/>: code gets compiled, tables fill.</summary>
    public void WarmUp(Action work, int times, TimeSpan duration, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        for (int done = 0; done < times || time.GetElapsedTime(start) < duration; done++)
        {
            cancellation.ThrowIfCancellationRequested();
            work();
        }
    }
}

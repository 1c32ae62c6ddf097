using BenchmarkDotNet.Attributes;
using Freshet.Native.Ids;

namespace Freshet.Benchmarks;

/// <summary>
/// One sighting of an id without a row, counted exactly and in a sketch, of ids alike at random; the first sighting of an id, and its removal; and the copy of all counts that a checkpoint keeps. The log
/// has medians of processor time, and bytes an id.
/// </summary>
/// <remarks><c>--filter '*SightingBenchmarks*' -i --strategy Monitoring --warmupCount 0 --iterationCount 1</c>.</remarks>
public class SightingBenchmarks
{
    private const int Sightings = 500_000;
    private const int Rounds = 5;

    [Params(1000, 100_000, 10_000_000)]
    public int Ids { get; set; }

    [Benchmark]
    public void Sight()
    {
        using IdCounts exact = new(), copy = new();
        using var sketch = new CountSketch(Ids, 0.01, 9);
        (double least, double most) = (double.MaxValue, 0);
        for (int id = 0; id < Ids; id++)
        {
            _ = sketch.Add(TableDraws.Id(id));
            _ = exact.Add(TableDraws.Id(id));
            if (id >= Ids / 10 && id % (Ids / 500) == 0)
            {
                double bytes = exact.Bytes / (id + 1.0);
                (least, most) = (Math.Min(least, bytes), Math.Max(most, bytes));
            }
        }

        var random = new Random(3);
        int[] draws = [.. Enumerable.Range(0, Sightings).Select(_ => random.Next(Ids))];
        Console.WriteLine(
            $"// {Ids} ids: exact {exact.Bytes / (double)Ids:F2} bytes an id, {least:F2} to {most:F2} from a tenth of them on; sketch {sketch.Bytes / (double)Ids:F2}");
        Console.WriteLine($"// {Ids} ids: a sighting {Time(() => Known(id => exact.Add(id))):F0} ns exact, {Time(() => Known(id => sketch.Add(id))):F0} ns in a sketch");
        Console.WriteLine($"// {Ids} ids: a first sighting {Time(() => Fresh(id => exact.Add(id)), () => Fresh(id => exact.Remove(id))):F0} ns");
        Console.WriteLine($"// {Ids} ids: a removal {Time(() => Fresh(id => exact.Remove(id)), () => Fresh(id => exact.Add(id)), isAfter: false):F0} ns");
        Console.WriteLine($"// {Ids} ids: a checkpoint {Time(() => copy.CopyFrom(exact), () => Known(id => exact.Add(id))) * Sightings / 1000:F0} µs");

        void Known(Func<ulong, uint> count)
        {
            foreach (int draw in draws)
            {
                _ = count(TableDraws.Id(draw));
            }
        }

        static void Fresh(Func<ulong, uint> count)
        {
            for (int i = 0; i < Sightings; i++)
            {
                _ = count(TableDraws.Id(-1 - i));
            }
        }
    }

    // The median of rounds; what undoes the work, or prepares it, is not timed.
    private static double Time(Action work, Action? other = null, bool isAfter = true)
    {
        var times = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            if (!isAfter)
            {
                other?.Invoke();
            }

            times.Add(CpuTime.Of(work, Sightings));
            if (isAfter)
            {
                other?.Invoke();
            }
        }

        return CpuTime.Median(times);
    }
}

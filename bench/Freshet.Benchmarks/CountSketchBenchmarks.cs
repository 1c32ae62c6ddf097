using BenchmarkDotNet.Attributes;
using Freshet.Native.Ids;

namespace Freshet.Benchmarks;

/// <summary>
/// How many ids a sketch of 200,000 ids at 1 % admits before they reach the threshold, with as many ids as it was made for and with twice as many. The log has the shares, of all ids.
/// </summary>
/// <remarks><c>--filter '*CountSketch*' -i --strategy Monitoring --warmupCount 0 --iterationCount 1</c>.</remarks>
public class CountSketchBenchmarks
{
    private const int Ids = 200_000;

    [Params(2, 3, 5, 10, 20, 100)]
    public int Threshold { get; set; }

    [Benchmark]
    public void Admit()
    {
        Stream("Zipf 1.05", random => TableDraws.Zipf(random, 1 << 23, 1.05), double.MaxValue);
        Stream("Zipf 1.2", random => TableDraws.Zipf(random, 1 << 23, 1.2), double.MaxValue);
        Stream("alike, half the threshold", null, 0.5 * Threshold);
        Stream("alike, 0.8 of the threshold", null, 0.8 * Threshold);
    }

    // Draws end with the last new id, or, among ids that are alike, at so many sightings an id.
    private void Stream(string name, Func<Random, int>? draw, double sightings)
    {
        for (int load = 1; load <= 2; load++)
        {
            int ids = load * Ids, distinct = 0, early = 0;
            using var sketch = new CountSketch(Ids, 0.01, Threshold - 1);
            int[] counts = new int[1 << 23];
            bool[] admitted = new bool[1 << 23];
            var random = new Random(load);
            for (long at = 0; draw is null ? at < ids * sightings : distinct < ids; at++)
            {
                int id = draw?.Invoke(random) ?? random.Next(ids);
                distinct += counts[id]++ == 0 ? 1 : 0;
                if (!admitted[id] && sketch.Add(TableDraws.Id(id)) >= Threshold)
                {
                    admitted[id] = true;
                    early += counts[id] < Threshold ? 1 : 0;
                }
            }

            Console.WriteLine($"// threshold {Threshold}, {name}, load {load}: {100.0 * early / distinct:F3} % too early, {sketch.Bytes / (double)Ids:F2} bytes an id");
        }
    }
}

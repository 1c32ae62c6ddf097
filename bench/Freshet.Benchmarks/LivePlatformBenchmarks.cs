using BenchmarkDotNet.Attributes;
using Freshet.Simulation;

namespace Freshet.Benchmarks;

/// <summary>A whole day of the default platform, pages as the candidates come. Read as ns per run: about 55 k events.</summary>
[MemoryDiagnoser]
public class LivePlatformBenchmarks
{
    private static readonly int[] s_order = [0, 1, 2, 3, 4, 5];

    [Benchmark]
    public int OneDay()
    {
        var platform = new LivePlatform(new PlatformOptions { Days = 1 });
        int events = 0;
        while (platform.TryAdvance(out PlatformStep step))
        {
            if (step == PlatformStep.Event)
            {
                events++;
            }
            else
            {
                platform.Show(s_order.AsSpan(0, Math.Min(6, platform.Request.Candidates.Length)), "bench", "");
            }
        }

        return events;
    }
}

using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Freshet.Core.Events;
using Freshet.Datasets.KuaiRand;

namespace Freshet.Benchmarks;

/// <summary>From CSV files to events in order: open sorts the rows, read lays them out.</summary>
[MemoryDiagnoser]
public class KuaiRandBenchmarks
{
    /// <summary>As many rows as the ten days of KuaiRand-Pure that the README's figures come from.</summary>
    private const int Rows = 171_805;
    private readonly BehaviourEvent _event = new();
    private string _folder = "";

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("freshet-bench-").FullName;
        var random = new Random(42);
        var log = new StringBuilder("time_ms,user_id,video_id,tab,is_click,is_like,is_follow,is_comment,is_forward,is_hate,play_time_ms,duration_ms,is_profile_enter\n");
        for (int i = 0; i < Rows; i++)
        {
            int click = random.Next(2);
            _ = log.Append(
                CultureInfo.InvariantCulture,
                $"{1_650_812_741_436 + (i * 5000L)},{random.Next(27_285)},{random.Next(7583)},1,{click},0,0,0,0,0,{click * random.Next(90_000)},49866,0\n");
        }

        File.WriteAllText(Path.Combine(_folder, "log_bench.csv"), log.ToString());
        File.WriteAllText(Path.Combine(_folder, "users.csv"), "user_id,user_active_degree\n1,full_active\n");
        File.WriteAllText(Path.Combine(_folder, "videos.csv"), "video_id,author_id,video_type\n1,2,NORMAL\n");
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    /// <summary>Everything; read the result as ns per row: Mean / 171,805.</summary>
    [Benchmark]
    public long OpenAndRead()
    {
        using IEventSource source = KuaiRandDataset.Open(_folder);
        long bytes = 0;
        while (source.TryRead(_event))
        {
            bytes += _event.EventId.Length;
        }

        return bytes;
    }
}

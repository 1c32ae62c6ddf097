using System.Globalization;
using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Simulation;

namespace Freshet.Tests.Simulation;

/// <summary>A whole run with pages drawn at random: all that arrived, was shown, and truly happened.</summary>
internal sealed class PlatformRun
{
    private static readonly Lazy<PlatformRun> s_shared =
        new(() => new PlatformRun(new PlatformOptions { Seed = 11, Days = 2, Users = 1_000 }));

    public PlatformRun(PlatformOptions options, ulong rankingSeed = 1)
    {
        Options = options;
        Platform = new LivePlatform(options);
        var random = new SplitMix64(rankingSeed);
        int[] order = new int[options.CandidatesPerRequest];
        while (Platform.TryAdvance(out PlatformStep step))
        {
            if (step == PlatformStep.Event)
            {
                Arrivals.Add(SeenEvent.Of(Platform.Event));
                Processed.Add(Platform.Event.ReceivedAt);
            }
            else
            {
                Processed.Add(Platform.Request.At);
                Show(order, ref random);
            }
        }

        var read = new BehaviourEvent();
        for (int i = 0; i < Platform.Truth.Count; i++)
        {
            Platform.Truth.Read(i, read);
            Truth.Add(SeenEvent.Of(read));
        }
    }

    /// <summary>Two days of the default platform with fewer users; made once for all tests, which only read it.</summary>
    public static PlatformRun Shared => s_shared.Value;

    public PlatformOptions Options { get; }

    public LivePlatform Platform { get; }

    public List<SeenEvent> Arrivals { get; } = [];

    public List<ShownHost> Shown { get; } = [];

    public List<SeenEvent> Truth { get; } = [];

    /// <summary>Processing time of every step.</summary>
    public List<long> Processed { get; } = [];

    /// <summary>Every request: time, user, candidates.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>[Shown] whether the host was truly clicked, sooner or later.</summary>
    public bool[] Clicked()
    {
        var clicks = Truth.Where(seen => seen.Type == "click").Select(seen => (seen.RequestId, seen.ItemId)).ToHashSet();
        return [.. Shown.Select(shown => clicks.Contains(($"r{shown.Request}", $"h{shown.Host}")))];
    }

    public static int Index(string id) => int.Parse(id.AsSpan(1), CultureInfo.InvariantCulture);

    private void Show(int[] order, ref SplitMix64 random)
    {
        RankingRequest request = Platform.Request;
        int candidates = request.Candidates.Length, count = Math.Min(Options.ShownPerRequest, candidates);
        Requests.Add($"{request.At} {request.User} {string.Join(',', request.Candidates.ToArray())}");
        for (int i = 0; i < candidates; i++)
        {
            order[i] = i;
        }

        for (int position = 0; position < count; position++)
        {
            int drawn = position + random.NextBelow(candidates - position);
            (order[position], order[drawn]) = (order[drawn], order[position]);
            int host = request.Candidates[order[position]];
            double p = Platform.ClickProbability(request.User, host, request.At, position);
            Shown.Add(new ShownHost(request.Number, request.At, request.User, host, position, p));
        }

        Platform.Show(order.AsSpan(0, count), "random", "v1");
    }
}

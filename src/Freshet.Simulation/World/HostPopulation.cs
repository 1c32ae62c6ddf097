using Freshet.Core;
using Freshet.Core.Time;

namespace Freshet.Simulation.World;

/// <summary>The hosts: lasting quality, the shift and content of each day, the pull of each quarter of an hour.</summary>
internal sealed class HostPopulation
{
    public const long QuarterMs = 15 * 60 * 1000;
    private const int QuartersPerDay = 96;
    private const double QualityDeviation = 0.4;
    private const double ContentPersistence = 0.6;
    private const double ActivityDeviation = 0.3;
    private readonly int _days;
    private readonly byte[] _categories;
    private readonly int[] _firstDays;
    private readonly int[] _endDays;
    private readonly double[] _qualities;
    private readonly double[] _dayShifts; // [Hosts × days]
    private readonly double[] _contents; // [Hosts × days × Latent]
    private readonly float[] _pulls; // [Hosts × quarters]
    private readonly double[] _activityAppeals; // [Hosts × activities]

    public HostPopulation(PlatformOptions options)
    {
        _days = options.Days + 2; // rooms stay open, and phones wake, after the last day
        int newPerDay = (int)Math.Round(options.Hosts * options.NewHostShare);
        Count = options.Hosts + (newPerDay * (options.Days - 1));
        Ids = Names.Numbered('h', Count);
        _categories = new byte[Count];
        _firstDays = new int[Count];
        _endDays = new int[Count];
        _qualities = new double[Count];
        _dayShifts = new double[Count * _days];
        _contents = new double[Count * _days * UserPopulation.Latent];
        _pulls = new float[Count * _days * QuartersPerDay];
        _activityAppeals = new double[Count * Names.Activities.Length];
        for (int host = 0; host < Count; host++)
        {
            Draw(host, options);
        }

        Replace(options, newPerDay);
    }

    public int Count { get; }

    public byte[][] Ids { get; }

    public int Category(int host) => _categories[host];

    /// <summary>First day on the platform, from 0.</summary>
    public int FirstDay(int host) => _firstDays[host];

    /// <summary>First day on which the host broadcasts no more.</summary>
    public int EndDay(int host) => _endDays[host];

    /// <summary>Quality + shift of the day + pull of the quarter, in logits.</summary>
    /// <param name="host">Index.</param>
    /// <param name="offset">ms since the start.</param>
    public double Appeal(int host, long offset) =>
        _qualities[host] + _dayShifts[(host * _days) + Day(offset)] + Pull(host, offset);

    /// <summary>The pull of the quarter of an hour, in logits.</summary>
    public double Pull(int host, long offset)
    {
        int quarter = (int)Math.Clamp(offset / QuarterMs, 0, (_days * QuartersPerDay) - 1);
        return _pulls[(host * _days * QuartersPerDay) + quarter];
    }

    /// <summary>What the host gains or loses by an activity, beside what the activity does for all; in logits.</summary>
    public double ActivityAppeal(int host, int activity) => _activityAppeals[(host * Names.Activities.Length) + activity];

    /// <summary>[Latent] what the host's room is about on that day, standard normal.</summary>
    public ReadOnlySpan<double> Content(int host, long offset) =>
        _contents.AsSpan(((host * _days) + Day(offset)) * UserPopulation.Latent, UserPopulation.Latent);

    private int Day(long offset) => (int)Math.Clamp(offset / Milliseconds.Day, 0, _days - 1);

    private void Draw(int host, PlatformOptions options)
    {
        var random = SplitMix64.Stream(options.Seed, RandomStream.Hosts, (ulong)host);
        _categories[host] = (byte)random.NextBelow(Names.Categories.Length);
        _qualities[host] = QualityDeviation * random.NextNormal();
        _endDays[host] = _days;
        for (int activity = 0; activity < Names.Activities.Length; activity++)
        {
            _activityAppeals[(host * Names.Activities.Length) + activity] = ActivityDeviation * random.NextNormal();
        }

        Span<double> content = _contents.AsSpan(host * _days * UserPopulation.Latent, _days * UserPopulation.Latent);
        double innovation = Math.Sqrt(1 - (ContentPersistence * ContentPersistence));
        for (int day = 0; day < _days; day++)
        {
            _dayShifts[(host * _days) + day] = options.DayShiftDeviation * random.NextNormal();
            for (int i = 0; i < UserPopulation.Latent; i++)
            {
                double drawn = random.NextNormal();
                int at = (day * UserPopulation.Latent) + i;
                content[at] = day == 0
                    ? drawn
                    : (ContentPersistence * content[at - UserPopulation.Latent]) + (innovation * drawn);
            }
        }

        DrawPulls(host, options, ref random);
    }

    private void DrawPulls(int host, PlatformOptions options, ref SplitMix64 random)
    {
        Span<float> pulls = _pulls.AsSpan(host * _days * QuartersPerDay, _days * QuartersPerDay);
        double persistence = options.QuarterPullPersistence, innovation = Math.Sqrt(1 - (persistence * persistence));
        double pull = random.NextNormal();
        foreach (ref float value in pulls)
        {
            value = (float)(options.QuarterPullDeviation * pull);
            pull = (persistence * pull) + (innovation * random.NextNormal());
        }
    }

    /// <summary>At each midnight but the first, as many hosts leave for good as new ones come.</summary>
    private void Replace(PlatformOptions options, int newPerDay)
    {
        var random = SplitMix64.Stream(options.Seed, RandomStream.Hosts, ulong.MaxValue);
        int[] present = [.. Enumerable.Range(0, options.Hosts)];
        int next = options.Hosts;
        for (int day = 1; day < options.Days; day++)
        {
            for (int i = 0; i < newPerDay; i++)
            {
                int at = i + random.NextBelow(present.Length - i);
                (present[i], present[at]) = (present[at], present[i]);
                _endDays[present[i]] = day;
                _firstDays[next] = day;
                present[i] = next++;
            }
        }
    }
}

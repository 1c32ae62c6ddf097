using Freshet.Core;
using Freshet.Core.Time;
using Freshet.Simulation.World;

namespace Freshet.Simulation.Traffic;

/// <summary>When which user asks for a page: a Poisson process with the day's volume curve.</summary>
internal sealed class RequestStream
{
    private readonly PlatformOptions _options;
    private readonly UserPopulation _users;
    private SplitMix64 _random;
    private double _volume; // days of volume so far

    public RequestStream(PlatformOptions options, UserPopulation users)
    {
        _options = options;
        _users = users;
        _random = SplitMix64.Stream(options.Seed, RandomStream.Requests);
        Advance();
    }

    /// <summary>When the next request comes, ms since the start; <see cref="long.MaxValue"/> after the last day.</summary>
    public long NextAt { get; private set; }

    /// <summary>Who asks.</summary>
    public int User { get; private set; }

    public void Advance()
    {
        _volume += -Math.Log(1 - _random.NextDouble()) / _options.RequestsPerDay;
        int day = (int)_volume;
        NextAt = day < _options.Days
            ? (day * Milliseconds.Day) + VolumeCurve.TimeOfDay(_volume - day)
            : long.MaxValue;
        User = _users.Draw(ref _random);
    }
}

using System.Globalization;
using Freshet.Core.Events;

namespace Freshet.Tests.Samples;

/// <summary>Two days of events of a few users that follow from a seed: repeats, duplicates, orphans, late and early ones.</summary>
internal sealed class DrawnEvents(int seed, int count) : IEventSource
{
    private const long Start = 1_651_363_200_000;
    private const long Span = 2 * 86_400_000L;
    private static readonly string[] s_types = ["impression", "impression", "click", "watch", "gift", "tip"];
    private readonly Random _random = new(seed);
    private int _read;

    public long Malformed => 0;

    public bool TryRead(BehaviourEvent destination)
    {
        destination.Clear();
        if (_read == count)
        {
            return false;
        }

        long now = Start + (Span * _read / count);
        int id = _random.Next(30) == 0 ? _random.Next(_read + 1) : _read;
        int page = Math.Max(0, (_read / 40) - (int)Math.Pow(_random.NextDouble() * 5, 3));
        destination.At = Math.Max(Start, now - (_random.Next(8) == 0 ? _random.Next(30_000_000) : _random.Next(60_000)));
        destination.Value = _random.Next(40);
        destination.Position = _random.Next(10);
        destination.Set(EventText.Type, s_types[_random.Next(s_types.Length)]);
        destination.Set(EventText.EventId, Name("e", id));
        destination.Set(EventText.UserId, Name("u", page % 50));
        destination.Set(EventText.RequestId, Name("r", page));
        destination.Set(EventText.ItemId, Name("h", _random.Next(8)));
        destination.AddFeature("item", Name("h", _random.Next(8)));
        _read++;
        return true;
    }

    public void Dispose()
    {
        // It holds nothing.
    }

    private static string Name(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}");
}

using Freshet.Core;

namespace Freshet.Simulation.Traffic;

/// <summary>The hosts on air now; entering, leaving and drawing cost no search.</summary>
internal sealed class OnAirList
{
    private readonly int[] _hosts;
    private readonly int[] _places; // [Hosts] place in _hosts, -1 when off air

    public OnAirList(int hostCount)
    {
        _hosts = new int[hostCount];
        _places = new int[hostCount];
        Array.Fill(_places, -1);
    }

    public int Count { get; private set; }

    public void Set(int host, bool isOnAir)
    {
        int place = _places[host];
        if (isOnAir && place < 0)
        {
            _hosts[Count] = host;
            _places[host] = Count++;
        }
        else if (!isOnAir && place >= 0)
        {
            Swap(place, --Count);
            _places[host] = -1;
        }
    }

    /// <summary>Draws different hosts into <paramref name="destination"/>, each as likely as any other; returns how many.</summary>
    public int Draw(Span<int> destination, ref SplitMix64 random)
    {
        int count = Math.Min(destination.Length, Count);
        for (int i = 0; i < count; i++)
        {
            Swap(i, i + random.NextBelow(Count - i));
            destination[i] = _hosts[i];
        }

        return count;
    }

    private void Swap(int a, int b)
    {
        (_hosts[a], _hosts[b]) = (_hosts[b], _hosts[a]);
        _places[_hosts[a]] = a;
        _places[_hosts[b]] = b;
    }
}

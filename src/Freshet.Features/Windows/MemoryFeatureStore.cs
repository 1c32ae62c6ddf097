using Freshet.Core.Ports;
using Freshet.Scenes;

namespace Freshet.Features.Windows;

/// <summary>The windows in this process's memory.</summary>
public sealed class MemoryFeatureStore : IFeatureStore
{
    private readonly CounterCells[] _counters;

    /// <summary>Empty windows for the counters of <paramref name="scene"/>.</summary>
    public MemoryFeatureStore(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _counters = [.. WindowLayout.Of(scene).Select(fields => new CounterCells(fields, scene.Behaviours.Count + 1))];
    }

    /// <summary>Keys in memory, of all counters.</summary>
    public long KeyCount => _counters.Sum(counter => (long)counter.KeyCount);

    /// <inheritdoc/>
    public void Count(ReadOnlySpan<WindowCount> counts, long now)
    {
        int nowMinute = WindowSpan.Minute(now);
        foreach (ref readonly WindowCount count in counts)
        {
            _counters[count.Key.Counter].Count(count.Key.Hash, count.What, WindowSpan.Minute(count.At), nowMinute);
        }
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<WindowKey> keys, long at, long now, Span<long> destination)
    {
        int minute = WindowSpan.Minute(Math.Max(at, 0)), nowMinute = WindowSpan.Minute(now), start = 0;
        foreach (ref readonly WindowKey key in keys)
        {
            CounterCells counter = _counters[key.Counter];
            counter.Read(key.Hash, minute, nowMinute, destination.Slice(start, counter.FieldCount));
            start += counter.FieldCount;
        }
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        foreach (CounterCells counter in _counters)
        {
            counter.Save(destination);
        }
    }

    /// <inheritdoc/>
    public void Restore(BinaryReader source)
    {
        ArgumentNullException.ThrowIfNull(source);
        foreach (CounterCells counter in _counters)
        {
            counter.Restore(source);
        }
    }
}

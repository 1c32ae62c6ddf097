using System.Diagnostics.CodeAnalysis;
using Freshet.Native.Ids;

namespace Freshet.Embeddings;

/// <summary>How often each id without a row was sighted: exactly, or in a sketch.</summary>
internal sealed class SightingCounts : IDisposable
{
    private readonly SightingSketch _settings;

    public SightingCounts(SightingSketch settings)
    {
        _settings = settings;
        Exact = settings.IsOn ? null : new IdCounts();
        Sketch = settings.IsOn ? new CountSketch(settings.Ids, settings.Error, settings.Largest) : null;
    }

    /// <summary>The counts; null where they are in <see cref="Sketch"/>.</summary>
    public IdCounts? Exact { get; }

    public CountSketch? Sketch { get; }

    public long Bytes => Sketch?.Bytes ?? Exact!.Bytes;

    public uint Of(ulong id) => Sketch?.Of(id) ?? Exact!.Of(id);

    /// <summary>Counts one sighting; stops at the largest number, of a sketch one above its largest count.</summary>
    /// <param name="id">An id without a row.</param>
    /// <param name="threshold">The count that is waited for.</param>
    /// <returns>Sightings so far, this one included.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sketch does not count as far.</exception>
    public uint Add(ulong id, int threshold)
    {
        if (Sketch is null)
        {
            return Exact!.Add(id);
        }

        if (threshold > Sketch.Largest + 1)
        {
            ThrowThreshold(threshold);
        }

        return Sketch.Add(id);
    }

    /// <summary>Ends the counting of an id that gets a row. Cells of a sketch are those of other ids too, and stay.</summary>
    /// <returns>Its sightings.</returns>
    public uint Remove(ulong id) => Sketch?.Of(id) ?? Exact!.Remove(id);

    /// <summary>Forgets all counts.</summary>
    public void Clear()
    {
        Exact?.Clear();
        Sketch?.Clear();
    }

    public void CopyFrom(SightingCounts other)
    {
        Exact?.CopyFrom(other.Exact!);
        Sketch?.CopyFrom(other.Sketch!);
    }

    public void Dispose()
    {
        Exact?.Dispose();
        Sketch?.Dispose();
    }

    [DoesNotReturn]
    private void ThrowThreshold(int threshold) => throw new ArgumentOutOfRangeException(
        nameof(threshold), $"A threshold of {threshold} is never reached in {_settings}. Nothing was counted.");
}

using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Features.Keys;

namespace Freshet.Features.Fields;

/// <summary>The latest fields of users, or of items; only the fields that the scene reads are kept.</summary>
internal sealed class FieldStates : IKeptRows
{
    private readonly int _fieldCount;
    private readonly RecentKeys _keys;
    private FieldValue[]?[] _values = new FieldValue[16][];

    /// <summary>Nothing is known yet.</summary>
    /// <param name="fieldCount">Fields of each key.</param>
    /// <param name="keys">The users or items of which something is kept.</param>
    public FieldStates(int fieldCount, RecentKeys keys)
    {
        (_fieldCount, _keys) = (fieldCount, keys);
        keys.Tell(this);
    }

    /// <summary>The users or items of which something is kept.</summary>
    public RecentKeys Keys => _keys;

    /// <summary>
    /// The fields under <paramref name="row"/>; empty where it is -1 or nothing is known. The fields of one that was forgotten are all
    /// absent.
    /// </summary>
    public ReadOnlySpan<FieldValue> Find(int row) => (uint)row < (uint)_values.Length ? _values[row] : default;

    /// <summary>Sets each field that the event brings, unless what is known is newer.</summary>
    /// <param name="key">User or item.</param>
    /// <param name="fields">Numbers of the fields by their names in the event.</param>
    /// <param name="source">The event.</param>
    /// <param name="rank">Rank of the event (<see cref="FieldValue.Rank"/>).</param>
    /// <param name="now">Event time. What was set later, before event time went back, gives way.</param>
    public void Merge(ulong key, NameMap fields, BehaviourEvent source, long rank, long now)
    {
        long latest = LatestRank(now);
        FieldValue[]? values = null;
        for (int i = 0; i < source.FeatureCount; i++)
        {
            FeatureView feature = source.Feature(i);
            int field = fields.Find(feature.Name);
            if (field >= 0)
            {
                values ??= Open(_keys.Add(key, now));
                if (rank >= values[field].Rank || values[field].Rank > latest)
                {
                    values[field].Set(rank, feature);
                }
            }
        }
    }

    /// <summary>Replaces fields [first, first + <paramref name="names"/>): those that the event lacks become absent.</summary>
    public void Replace(ulong key, int first, ReadOnlySpan<byte[]> names, BehaviourEvent source, long rank, long now)
    {
        long latest = LatestRank(now);
        FieldValue[] values = Open(_keys.Add(key, now));
        for (int i = 0; i < names.Length; i++)
        {
            ref FieldValue value = ref values[first + i];
            if (rank < value.Rank && value.Rank <= latest)
            {
                continue;
            }

            if (source.TryGetFeature(names[i], out FeatureView feature))
            {
                value.Set(rank, feature);
            }
            else
            {
                value.Clear(rank);
            }
        }
    }

    /// <inheritdoc/>
    public void Forget(int row)
    {
        if (row < _values.Length && _values[row] is { } values)
        {
            Clear(values); // the next one of this row gets the arrays
        }
    }

    /// <summary>Writes the fields of all keys, in order of <see cref="RecentKeys"/>.</summary>
    public void Save(BinaryWriter destination)
    {
        for (int row = _keys.Oldest; row >= 0; row = _keys.Newer(row))
        {
            FieldValue[]? values = row < _values.Length ? _values[row] : null;
            destination.Write(values is not null);
            foreach (ref readonly FieldValue value in values.AsSpan())
            {
                value.Save(destination);
            }
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote; the keys have been restored.</summary>
    public void Restore(BinaryReader source)
    {
        Array.Clear(_values);
        for (int row = _keys.Oldest; row >= 0; row = _keys.Newer(row))
        {
            if (!source.ReadBoolean())
            {
                continue;
            }

            foreach (ref FieldValue value in Open(row).AsSpan())
            {
                value.Restore(source);
            }
        }
    }

    private static long LatestRank(long now) => (2 * now) + 1;

    private static void Clear(FieldValue[] values)
    {
        foreach (ref FieldValue value in values.AsSpan())
        {
            value.Clear(long.MinValue);
        }
    }

    private FieldValue[] Open(int row)
    {
        GrowingArray.Reserve(ref _values, row + 1);
        if (_values[row] is { } known)
        {
            return known;
        }

        FieldValue[] values = _values[row] = new FieldValue[_fieldCount];
        Clear(values);
        return values;
    }
}

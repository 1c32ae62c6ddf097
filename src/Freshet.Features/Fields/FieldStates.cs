using Freshet.Core.Events;
using Freshet.Features.Keys;

namespace Freshet.Features.Fields;

/// <summary>The latest fields of users, or of items; only the fields that the scene reads are kept.</summary>
internal sealed class FieldStates(int fieldCount)
{
    private readonly KeyIndex _index = new();
    private ulong[] _keys = new ulong[16];
    private FieldValue[][] _values = new FieldValue[16][];

    /// <summary>The fields of <paramref name="key"/>; empty where nothing is known.</summary>
    public ReadOnlySpan<FieldValue> Find(ulong key) => _index.TryGet(key, out int index) ? _values[index] : default;

    /// <summary>Sets each field that the event brings, unless what is known is newer.</summary>
    /// <param name="key">User or item.</param>
    /// <param name="fields">Numbers of the fields by their names in the event.</param>
    /// <param name="source">The event.</param>
    /// <param name="rank">Rank of the event (<see cref="FieldValue.Rank"/>).</param>
    /// <param name="latest">The highest rank to be believed: what was set above it, before event time went back, gives way.</param>
    public void Merge(ulong key, NameMap fields, BehaviourEvent source, long rank, long latest)
    {
        FieldValue[]? values = null;
        for (int i = 0; i < source.FeatureCount; i++)
        {
            FeatureView feature = source.Feature(i);
            int field = fields.Find(feature.Name);
            if (field >= 0)
            {
                values ??= GetOrAdd(key);
                if (rank >= values[field].Rank || values[field].Rank > latest)
                {
                    values[field].Set(rank, feature);
                }
            }
        }
    }

    /// <summary>Replaces fields [first, first + <paramref name="names"/>): those that the event lacks become absent.</summary>
    public void Replace(ulong key, int first, ReadOnlySpan<byte[]> names, BehaviourEvent source, long rank, long latest)
    {
        FieldValue[] values = GetOrAdd(key);
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

    public void Save(BinaryWriter destination)
    {
        destination.Write(_index.Count);
        for (int i = 0; i < _index.Count; i++)
        {
            destination.Write(_keys[i]);
            foreach (ref readonly FieldValue value in _values[i].AsSpan())
            {
                value.Save(destination);
            }
        }
    }

    public void Restore(BinaryReader source)
    {
        _index.Clear();
        int count = source.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            foreach (ref FieldValue value in GetOrAdd(source.ReadUInt64()).AsSpan())
            {
                value.Restore(source);
            }
        }
    }

    private FieldValue[] GetOrAdd(ulong key)
    {
        if (_index.TryGet(key, out int index))
        {
            return _values[index];
        }

        index = _index.Count;
        if (index == _keys.Length)
        {
            Array.Resize(ref _keys, index * 2);
            Array.Resize(ref _values, index * 2);
        }

        _keys[index] = key;
        FieldValue[] values = _values[index] = new FieldValue[fieldCount];
        foreach (ref FieldValue value in values.AsSpan())
        {
            value.Clear(long.MinValue);
        }

        _index.Set(key, index);
        return values;
    }
}

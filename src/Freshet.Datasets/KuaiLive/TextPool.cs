using System.IO.Hashing;

namespace Freshet.Datasets.KuaiLive;

/// <summary>Keeps each of a few texts once.</summary>
internal sealed class TextPool
{
    private readonly Dictionary<UInt128, int> _indices = [];
    private readonly List<byte[]> _texts = [];

    /// <summary>The UTF-8 text at <paramref name="index"/>.</summary>
    public ReadOnlySpan<byte> this[int index] => _texts[index];

    /// <summary>Index of <paramref name="text"/>, which is added where it is new.</summary>
    public int IndexOf(ReadOnlySpan<byte> text)
    {
        UInt128 hash = XxHash128.HashToUInt128(text);
        if (!_indices.TryGetValue(hash, out int index))
        {
            index = _texts.Count;
            _indices.Add(hash, index);
            _texts.Add(text.ToArray());
        }

        return index;
    }
}

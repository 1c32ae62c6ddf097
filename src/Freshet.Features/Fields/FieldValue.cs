using System.Buffers.Binary;
using System.Buffers.Text;
using Freshet.Core.Events;

namespace Freshet.Features.Fields;

/// <summary>The latest value of one field of a user or an item: texts, and the number they spell if there is one.</summary>
internal struct FieldValue
{
    private byte[]? _texts;
    private int _length;

    /// <summary>2·at + 1 for a status, 2·at for all else; what ranks lower never overwrites.</summary>
    public long Rank { get; private set; }

    /// <summary>The first text as a number; NaN where it is none.</summary>
    public double Number { get; private set; }

    /// <summary>Texts, each with its length in front (4 bytes, little endian); empty = absent.</summary>
    public readonly ReadOnlySpan<byte> Texts => _texts.AsSpan(0, _length);

    /// <summary>Takes one text off the front of <paramref name="texts"/>, which is not empty.</summary>
    public static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> texts)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(texts);
        ReadOnlySpan<byte> text = texts.Slice(sizeof(int), length);
        texts = texts[(sizeof(int) + length)..];
        return text;
    }

    /// <summary>The number that <paramref name="text"/> spells; NaN where it is none.</summary>
    public static double Parse(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out double number, out int read) && read == text.Length ? number : double.NaN;

    /// <summary>Becomes <paramref name="feature"/>.</summary>
    public void Set(long rank, in FeatureView feature)
    {
        Clear(rank);
        for (int i = 0; i < feature.ValueCount; i++)
        {
            Append(feature.Value(i));
        }

        if (feature.ValueCount > 0)
        {
            Number = feature.Kind == FeatureKind.Number ? feature.Number : Parse(feature.Value(0));
        }
    }

    /// <summary>Becomes absent.</summary>
    public void Clear(long rank)
    {
        Rank = rank;
        _length = 0;
        Number = double.NaN;
    }

    public readonly void Save(BinaryWriter destination)
    {
        destination.Write(Rank);
        destination.Write(Number);
        destination.Write(_length);
        destination.Write(Texts);
    }

    public void Restore(BinaryReader source)
    {
        Rank = source.ReadInt64();
        Number = source.ReadDouble();
        _length = source.ReadInt32();
        _texts = source.ReadBytes(_length);
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        int end = _length + sizeof(int) + text.Length;
        if (_texts is null || _texts.Length < end)
        {
            Array.Resize(ref _texts, (end + 15) & ~15);
        }

        BinaryPrimitives.WriteInt32LittleEndian(_texts.AsSpan(_length), text.Length);
        text.CopyTo(_texts.AsSpan(_length + sizeof(int)));
        _length = end;
    }
}

using System.Buffers.Binary;
using System.Buffers.Text;
using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Features.Histories;
using Freshet.Features.Plans;
using Freshet.Scenes;

namespace Freshet.Features.Rows;

/// <summary>Writes the row of the event that <see cref="RowValues"/> has begun.</summary>
internal sealed class RowWriter(Scene scene, ScenePlan plan, RowValues values, NumberReader numbers, UserHistories? histories)
{
    /// <summary>Ids that a cross may have; what the product has beyond them, last slot fastest, is left out.</summary>
    public const int CrossLimit = 64;

    private static readonly FeatureHash s_bias = new("bias");
    private readonly bool _positionBias = scene.Model.PositionBias;
    private readonly int _referencePosition = scene.Model.ReferencePosition ?? BehaviourEvent.NoPosition;

    /// <summary>Appends the row.</summary>
    public void Write(SnapshotColumns destination)
    {
        Span<float> dense = destination.BeginRow();
        for (int i = 0; i < dense.Length; i++)
        {
            ref readonly DensePlan feature = ref plan.Dense[i];
            int brought = values.FeatureOf(feature.Name);
            dense[i] = feature.Scale(brought >= 0 ? RowValues.Number(values.Event.Feature(brought)) : numbers.Read(feature.Number));
        }

        foreach (SlotPlan slot in plan.Slots)
        {
            WriteSlot(slot, destination);
            destination.EndSlot();
        }

        histories?.CopyTo(values.UserRow, destination);
        _ = destination.EndRow(BiasId(values.Event.Surface, values.Event.Position), BiasId(values.Event.Surface, _referencePosition));
    }

    /// <summary>The id of <c>surface|position</c>, '-' standing for no position; 0 without position bias.</summary>
    public ulong BiasId(ReadOnlySpan<byte> surface, int position)
    {
        if (!_positionBias)
        {
            return 0;
        }

        int length = surface.Length + 12;
        Span<byte> text = length <= 256 ? stackalloc byte[256] : new byte[length];
        surface.CopyTo(text);
        text[surface.Length] = (byte)'|';
        int end = surface.Length + 1;
        if (position == BehaviourEvent.NoPosition)
        {
            text[end++] = (byte)'-';
        }
        else
        {
            _ = Utf8Formatter.TryFormat(position, text[end..], out int digits);
            end += digits;
        }

        return s_bias.Of(text[..end]);
    }

    private void WriteSlot(SlotPlan slot, SnapshotColumns destination)
    {
        int brought = values.FeatureOf(slot.Name);
        if (brought >= 0)
        {
            WriteBrought(slot, values.Event.Feature(brought), destination);
        }
        else if (slot.Selector >= 0)
        {
            ReadOnlySpan<TextValue> texts = values.Values(slot.Selector);
            for (int i = 0; i < texts.Length; i++)
            {
                WriteText(slot, values.Text(texts[i]), destination);
            }
        }
        else if (slot.Number is { } number)
        {
            WriteBucket(slot, numbers.Read(number), destination);
        }
        else
        {
            WriteCross(slot, destination);
        }
    }

    // A number brought for a bucket slot is cut like any other; a text is the bucket itself.
    private static void WriteBrought(SlotPlan slot, in FeatureView feature, SnapshotColumns destination)
    {
        if (slot.Number is not null && feature.Kind == FeatureKind.Number)
        {
            WriteBucket(slot, feature.Number, destination);
            return;
        }

        for (int i = 0; i < feature.ValueCount; i++)
        {
            WriteText(slot, feature.Value(i), destination);
        }
    }

    private static void WriteBucket(SlotPlan slot, double number, SnapshotColumns destination)
    {
        if (!double.IsNaN(number))
        {
            destination.AddId(slot.Bucket(number));
        }
    }

    private static void WriteText(SlotPlan slot, ReadOnlySpan<byte> text, SnapshotColumns destination)
    {
        while (slot.Split.Length > 0)
        {
            int end = text.IndexOf(slot.Split);
            if (end < 0)
            {
                break;
            }

            if (end > 0)
            {
                destination.AddId(slot.Hash.Of(text[..end]));
            }

            text = text[(end + slot.Split.Length)..];
        }

        if (!text.IsEmpty)
        {
            destination.AddId(slot.Hash.Of(text));
        }
    }

    // The value of a combination is the crossed ids, 8 bytes each, little endian, in the order of the crossed slots.
    private static void WriteCross(SlotPlan slot, SnapshotColumns destination)
    {
        Span<byte> value = stackalloc byte[3 * sizeof(ulong)];
        int[] cross = slot.Cross;
        int first = destination.OpenRowIds(cross[0]).Length, second = destination.OpenRowIds(cross[1]).Length;
        int third = cross.Length > 2 ? destination.OpenRowIds(cross[2]).Length : 1;
        int count = (int)Math.Min((long)first * second * third, CrossLimit);
        for (int i = 0; i < count; i++)
        {
            // Read anew: adding an id may move the ids.
            int rest = i / third;
            BinaryPrimitives.WriteUInt64LittleEndian(value, destination.OpenRowIds(cross[0])[rest / second]);
            BinaryPrimitives.WriteUInt64LittleEndian(value[8..], destination.OpenRowIds(cross[1])[rest % second]);
            if (cross.Length > 2)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(value[16..], destination.OpenRowIds(cross[2])[i % third]);
            }

            destination.AddId(slot.Hash.Of(value[..(cross.Length * sizeof(ulong))]));
        }
    }
}

using System.IO.Hashing;
using Freshet.Core.Events;

namespace Freshet.Samples.Joining;

/// <summary>32 bits of everything an event says, so that two events of one id can be told apart.</summary>
/// <remarks>The order of features and the time of arrival do not matter: a redelivery may change both.</remarks>
internal static class ContentHash
{
    public static uint Of(BehaviourEvent e)
    {
        ulong hash = Mix(Text(e.Type), (ulong)e.At);
        hash = Mix(hash, (ulong)BitConverter.DoubleToInt64Bits(e.Value));
        hash = Mix(hash, (ulong)e.Position);
        hash = Mix(hash, Text(e.Surface));
        hash = Mix(hash, Text(e.Get(EventText.ModelVersion)));
        hash = Mix(hash, Text(e.Get(EventText.Arm)));
        hash = Mix(hash, Text(e.ExtraJson));
        ulong entries = 0;
        for (int i = 0; i < e.FeatureCount; i++)
        {
            entries += Of(e.Feature(i));
        }

        for (int i = 0; i < e.ScoreCount; i++)
        {
            entries += Mix(Of(e.Score(i)), 1);
        }

        return (uint)Mix(hash, entries);
    }

    private static ulong Of(FeatureView feature)
    {
        ulong hash = Mix(Text(feature.Name), (ulong)feature.Kind);
        if (feature.Kind == FeatureKind.Number)
        {
            return Mix(hash, (ulong)BitConverter.DoubleToInt64Bits(feature.Number));
        }

        for (int i = 0; i < feature.ValueCount; i++)
        {
            hash = Mix(hash, Text(feature.Value(i)));
        }

        return hash;
    }

    private static ulong Text(ReadOnlySpan<byte> text) => text.IsEmpty ? 0 : XxHash3.HashToUInt64(text);

    private static ulong Mix(ulong hash, ulong value)
    {
        ulong high = Math.BigMul(hash ^ 0x9E3779B97F4A7C15, value ^ 0xD6E8FEB86659FD93, out ulong low);
        return high ^ low ^ ulong.RotateLeft(hash, 23);
    }
}

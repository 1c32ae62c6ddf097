using Freshet.Scenes;

namespace Freshet.Embeddings;

/// <summary>How many times its L1 penalties a rare row has.</summary>
internal static class RarePenalty
{
    /// <summary>What multiplies the penalties of a row that occurred <paramref name="frequency"/> times: from 1 + C down to 1.</summary>
    public static float FactorOf(DynamicL1Options options, uint frequency) =>
        frequency >= (uint)options.N ? 1 : 1 + ((float)options.C * ((options.N - (long)frequency) / (float)options.N));
}

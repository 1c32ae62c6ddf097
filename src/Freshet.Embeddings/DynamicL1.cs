namespace Freshet.Embeddings;

/// <summary>Soft admission: λ1 and λ_G of a row times 1 + C·max(N − frequency, 0)/N. The default is off: the table counts no frequencies.</summary>
/// <param name="N">Frequency from which on a row has the penalties as they are; 0: off.</param>
/// <param name="C">How many times λ is added at frequency 0, ≥ 0.</param>
public readonly record struct DynamicL1(int N, float C)
{
    /// <summary>Whether it is on, and rows have frequencies.</summary>
    public bool IsOn => N > 0;

    /// <summary>What multiplies the penalties of a row that occurred <paramref name="frequency"/> times: from 1 + C down to 1.</summary>
    public float FactorOf(uint frequency) => frequency >= (uint)N ? 1 : 1 + (C * ((N - (long)frequency) / (float)N));
}

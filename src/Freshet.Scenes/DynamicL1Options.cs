namespace Freshet.Scenes;

/// <summary>Soft admission: the L1 penalties of an id, times 1 + C·max(N − frequency, 0)/N.</summary>
/// <param name="N">Occurrences from which on the penalties are as they are set, &gt;= 1.</param>
/// <param name="C">How many times the penalty is added for an id that never occurred, &gt; 0 and &lt;= 1000000.</param>
public sealed record DynamicL1Options(int N, double C);

using CsCheck;

namespace Freshet.Tests.Core.Metrics;

/// <summary>Random rows with many equal scores; groups and clusters of few rows.</summary>
internal sealed record ScoredRows(float[] Scores, bool[] Labels, ulong[] Groups)
{
    public static readonly Gen<ScoredRows> Gen =
        CsCheck.Gen.Select(CsCheck.Gen.Int[0, 9], CsCheck.Gen.Bool, CsCheck.Gen.ULong[0, 6]).Array[0, 60].Select(rows => new ScoredRows(
            [.. rows.Select(row => row.Item1 / 10f)], [.. rows.Select(row => row.Item2)], [.. rows.Select(row => row.Item3)]));

    /// <summary>The rows at <paramref name="indices"/>, each as often as it is named.</summary>
    public ScoredRows Take(IEnumerable<int> indices)
    {
        int[] rows = [.. indices];
        return new ScoredRows(
            [.. rows.Select(i => Scores[i])], [.. rows.Select(i => Labels[i])], [.. rows.Select(i => Groups[i])]);
    }

    /// <summary>AUC by comparing every pair.</summary>
    public double AucOfAllPairs()
    {
        double sum = 0;
        long pairs = 0;
        for (int i = 0; i < Scores.Length; i++)
        {
            for (int j = 0; j < Scores.Length; j++)
            {
                if (Labels[i] && !Labels[j])
                {
                    pairs++;
                    sum += Scores[i] > Scores[j] ? 1 : Scores[i] == Scores[j] ? 0.5 : 0;
                }
            }
        }

        return pairs == 0 ? double.NaN : sum / pairs;
    }
}

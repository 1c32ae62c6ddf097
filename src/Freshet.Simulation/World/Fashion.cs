using Freshet.Core;

namespace Freshet.Simulation.World;

/// <summary>What an age range likes right now: it drifts by the quarter of an hour, and no feature shows it.</summary>
internal sealed class Fashion
{
    private const double Persistence = 0.98; // of a quarter: half is forgotten after 8.6 h
    private readonly int _quarters;
    private readonly float[] _likes; // [quarters × age ranges × categories]

    public Fashion(PlatformOptions options)
    {
        int cells = Names.AgeRanges.Length * Names.Categories.Length;
        _quarters = (options.Days + 2) * 96;
        _likes = new float[_quarters * cells];
        double innovation = Math.Sqrt(1 - (Persistence * Persistence));
        var random = SplitMix64.Stream(options.Seed, RandomStream.Fashion);
        double[] state = new double[cells];
        for (int quarter = 0; quarter < _quarters; quarter++)
        {
            for (int cell = 0; cell < cells; cell++)
            {
                double drawn = random.NextNormal();
                state[cell] = quarter == 0 ? drawn : (Persistence * state[cell]) + (innovation * drawn);
                _likes[(quarter * cells) + cell] = (float)(options.FashionDeviation * state[cell]);
            }
        }
    }

    /// <summary>In logits.</summary>
    public double Of(int ageRange, int category, long offset)
    {
        int quarter = (int)Math.Clamp(offset / HostPopulation.QuarterMs, 0, _quarters - 1);
        return _likes[(((quarter * Names.AgeRanges.Length) + ageRange) * Names.Categories.Length) + category];
    }
}

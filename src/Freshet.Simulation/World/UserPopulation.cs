using Freshet.Core;

namespace Freshet.Simulation.World;

/// <summary>The users: what they like, how often they come, whose phones sleep. Fixed for the whole run.</summary>
internal sealed class UserPopulation
{
    /// <summary>Length of a latent vector.</summary>
    public const int Latent = 4;

    private const double AgeTasteDeviation = 0.6;
    private const double OwnTasteDeviation = 0.5;
    private const double VisitDeviation = 1.0;
    private readonly byte[] _ageRanges;
    private readonly bool[] _sleepers;
    private readonly double[] _tastes; // [Users × categories]
    private readonly double[] _latents; // [Users × Latent]
    private readonly double[] _visits; // [Users] cumulative share of requests

    public UserPopulation(PlatformOptions options)
    {
        int count = options.Users, categories = Names.Categories.Length;
        Ids = Names.Numbered('u', count);
        _ageRanges = new byte[count];
        _sleepers = new bool[count];
        _tastes = new double[count * categories];
        _latents = new double[count * Latent];
        _visits = new double[count];
        double[] ageTastes = new double[Names.AgeRanges.Length * categories];
        var random = SplitMix64.Stream(options.Seed, RandomStream.Users);
        for (int i = 0; i < ageTastes.Length; i++)
        {
            ageTastes[i] = AgeTasteDeviation * random.NextNormal();
        }

        double visits = 0;
        for (int user = 0; user < count; user++)
        {
            int age = random.NextBelow(Names.AgeRanges.Length);
            _ageRanges[user] = (byte)age;
            _sleepers[user] = random.NextDouble() < options.SleeperShare;
            for (int category = 0; category < categories; category++)
            {
                _tastes[(user * categories) + category] =
                    ageTastes[(age * categories) + category] + (OwnTasteDeviation * random.NextNormal());
            }

            for (int i = 0; i < Latent; i++)
            {
                _latents[(user * Latent) + i] = random.NextNormal();
            }

            visits += Math.Exp(VisitDeviation * random.NextNormal());
            _visits[user] = visits;
        }
    }

    public byte[][] Ids { get; }

    public int AgeRange(int user) => _ageRanges[user];

    public bool IsSleeper(int user) => _sleepers[user];

    /// <summary>Taste for a category, in logits.</summary>
    public double Taste(int user, int category) => _tastes[(user * Names.Categories.Length) + category];

    /// <summary>[Latent] standard normal.</summary>
    public ReadOnlySpan<double> LatentOf(int user) => _latents.AsSpan(user * Latent, Latent);

    /// <summary>The user who comes next; heavy users come more often (log-normal, σ = 1).</summary>
    public int Draw(ref SplitMix64 random)
    {
        int found = Array.BinarySearch(_visits, random.NextDouble() * _visits[^1]);
        return Math.Min(found < 0 ? ~found : found + 1, _visits.Length - 1);
    }
}

namespace Freshet.Tests.Simulation;

/// <summary>Smoothed click rates by (host, period); a row is judged by the period before its own.</summary>
internal sealed class RateTable(Func<ShownHost, (int Host, long Period)> key)
{
    private const double PriorRate = 0.2;
    private const double PriorWeight = 10;
    private readonly Dictionary<(int, long), (int Clicks, int Impressions)> _counts = [];

    public void Add(ShownHost shown, bool clicked)
    {
        (int clicks, int impressions) = _counts.GetValueOrDefault(key(shown));
        _counts[key(shown)] = (clicks + (clicked ? 1 : 0), impressions + 1);
    }

    public float Before(ShownHost shown)
    {
        (int host, long period) = key(shown);
        (int clicks, int impressions) = _counts.GetValueOrDefault((host, period - 1));
        return (float)((clicks + (PriorRate * PriorWeight)) / (impressions + PriorWeight));
    }
}

namespace Freshet.Core.Metrics;

/// <summary>Counts, in ascending order of score, how many pairs of a positive and a negative are in the right order.</summary>
internal struct PairCount
{
    private long _halfPairs; // 2 per pair in order, 1 per tie: up to 2·P·N, exact below 4·10⁹ rows
    private long _positives;
    private long _negatives;
    private long _tiedPositives;
    private long _tiedNegatives;

    /// <summary>2·(pairs in order) ÷ (2·P·N); NaN where a class is missing.</summary>
    public readonly double Auc =>
        _positives == 0 || _negatives == 0 ? double.NaN : _halfPairs / (2.0 * _positives * _negatives);

    /// <summary>Adds a row <paramref name="weight"/> times; <paramref name="endsTie"/> if the next row's score is another.</summary>
    public void Add(bool label, int weight, bool endsTie)
    {
        int positive = label ? weight : 0; // no branch on the label, which nobody can predict
        _tiedPositives += positive;
        _tiedNegatives += weight - positive;
        if (endsTie)
        {
            _halfPairs += _tiedPositives * ((2 * _negatives) + _tiedNegatives);
            _positives += _tiedPositives;
            _negatives += _tiedNegatives;
            _tiedPositives = 0;
            _tiedNegatives = 0;
        }
    }
}

using System.IO.Hashing;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Experiments.Arms;
using Freshet.Scenes;

namespace Freshet.Experiments.Evaluation;

/// <summary>What every arm's live model said of each snapshot when it was shown, and what slices need to know of it.</summary>
/// <remarks>
/// Row i belongs to row i of the training table's features. Ranking scores take the reference position, as ranking does;
/// probabilities take the place at which the impression was shown, so that calibration is judged where it was.
/// </remarks>
internal sealed class PredictionLog
{
    private const long NewFor = 24 * 60 * 60 * 1000;
    private readonly Arm[] _arms;
    private readonly int _tasks;
    private readonly ArmPredictions[] _predictions;
    private readonly Dictionary<ulong, long> _firstShown = [];
    private readonly Dictionary<string, int> _surfaces = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _surfaceLookup;
    private ImpressionFacts[] _facts = [];
    private int _scored;

    public PredictionLog(Scene scene, Arm[] arms)
    {
        _arms = arms;
        _tasks = scene.Behaviours.Count;
        _predictions = [.. arms.Select(_ => new ArmPredictions(_tasks))];
        _surfaceLookup = _surfaces.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Impressions shown before, ms since the epoch, are not judged.</summary>
    public long EvaluateFrom { get; set; } = long.MaxValue;

    public int ArmCount => _arms.Length;

    /// <summary>Names of the surfaces, by the index that <see cref="ImpressionFacts.Surface"/> holds.</summary>
    public IReadOnlyList<string> Surfaces => [.. _surfaces.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    public ArmPredictions Of(int arm) => _predictions[arm];

    public ImpressionFacts Facts(int row) => _facts[row];

    /// <summary>Notes who was shown what, for row <paramref name="row"/>.</summary>
    public void Describe(int row, BehaviourEvent impression)
    {
        if (_facts.Length <= row)
        {
            Array.Resize(ref _facts, Math.Max(row + 1, Math.Max(1024, _facts.Length * 2)));
        }

        ulong item = XxHash3.HashToUInt64(impression.ItemId);
        if (!_firstShown.TryGetValue(item, out long first))
        {
            _firstShown[item] = first = impression.At;
        }

        _facts[row] = new ImpressionFacts(
            impression.At,
            XxHash3.HashToUInt64(impression.UserId),
            XxHash3.HashToUInt64(impression.RequestId),
            SurfaceIndex(impression.Surface),
            IsNewItem: impression.At - first < NewFor,
            IsKnown: true);
    }

    /// <summary>Scores the rows that were not scored yet with the models that are live now.</summary>
    public void Score(SnapshotColumns features)
    {
        int first = _scored, count = features.Count - first;
        if (count == 0)
        {
            return;
        }

        // Arms write to columns of their own: the result does not depend on the threads.
        _ = Parallel.For(0, _arms.Length, arm => _predictions[arm].Score(_arms[arm].Live.Current, features, first, count));
        _scored = features.Count;
    }

    private int SurfaceIndex(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[128];
        int length = System.Text.Encoding.UTF8.GetChars(utf8[..Math.Min(utf8.Length, 128)], text);
        if (!_surfaceLookup.TryGetValue(text[..length], out int index))
        {
            index = _surfaces.Count;
            _surfaceLookup[text[..length]] = index;
        }

        return index;
    }
}

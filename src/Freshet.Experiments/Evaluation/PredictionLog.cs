using System.IO.Hashing;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Pipeline;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Serving;

namespace Freshet.Experiments.Evaluation;

/// <summary>What every arm's live model said of each snapshot when it was shown, and what slices need to know of it.</summary>
/// <remarks>
/// Row i belongs to row i of the training table's features. Ranking scores take the reference position, as ranking does;
/// probabilities take the place at which the impression was shown, so that calibration is judged where it was.
/// </remarks>
internal sealed class PredictionLog : IPipelineObserver
{
    private const long NewFor = 24 * 60 * 60 * 1000;
    private readonly SceneDays _days;
    private readonly DateOnly? _evaluateFrom;
    private readonly int _tasks;
    private ArmPredictions[] _predictions = [];
    private LearningPipeline _pipeline = null!;
    private readonly Dictionary<ulong, long> _firstShown = [];
    private readonly Dictionary<string, int> _surfaces = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _surfaceLookup;
    private ImpressionFacts[] _facts = [];
    private int _scored;
    private int _saved;

    /// <param name="scene">The scene.</param>
    /// <param name="evaluateFrom">First day whose impressions are judged; null: the day after the first base's last.</param>
    public PredictionLog(Scene scene, DateOnly? evaluateFrom)
    {
        _days = new SceneDays(scene.TimeZone);
        _evaluateFrom = evaluateFrom;
        _tasks = scene.Behaviours.Count;
        _surfaceLookup = _surfaces.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Impressions shown before, ms since the epoch, are not judged.</summary>
    public long EvaluateFrom { get; private set; } = long.MaxValue;

    public int ArmCount => _predictions.Length;

    /// <summary>Names of the surfaces, by the index that <see cref="ImpressionFacts.Surface"/> holds.</summary>
    public IReadOnlyList<string> Surfaces => [.. _surfaces.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    public ArmPredictions Of(int arm) => _predictions[arm];

    public ImpressionFacts Facts(int row) => _facts[row];

    public void OnAttached(LearningPipeline pipeline)
    {
        _pipeline = pipeline;
        _predictions = [.. pipeline.Tracks.All.Select(_ => new ArmPredictions(_tasks))];
    }

    public void OnStarted(DateOnly baseUntil) => EvaluateFrom = _days.StartOf(_evaluateFrom ?? baseUntil.AddDays(1));

    /// <summary>Notes who was shown what.</summary>
    public void OnFeatures(BehaviourEvent impression, int row)
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

    /// <summary>Scores the rows that were not scored yet with the models that are live until now.</summary>
    public void OnSwapping(long at)
    {
        SnapshotColumns features = _pipeline.Samples.Features;
        IReadOnlyList<ModelTrack> tracks = _pipeline.Tracks.All;
        int first = _scored, count = features.Count - first;
        if (count == 0)
        {
            return;
        }

        // Arms write to columns of their own: the result does not depend on the threads.
        _ = Parallel.For(0, tracks.Count, arm => Score(arm, tracks[arm], features, first, count));
        _scored = features.Count;
    }

    private void Score(int arm, ModelTrack track, SnapshotColumns features, int first, int count)
    {
        using VersionLease lease = track.Live.Acquire();
        _predictions[arm].Score(lease.Served, features, first, count);
    }

    public void Save(BinaryWriter writer, bool everything)
    {
        _saved = everything ? 0 : _saved;
        int described = _pipeline.Samples.Features.Count;
        writer.Write(EvaluateFrom);
        writer.Write(_saved);
        writer.Write(described);
        for (int row = _saved; row < described; row++)
        {
            ImpressionFacts facts = row < _facts.Length ? _facts[row] : default;
            writer.Write(facts.ShownAt);
            writer.Write(facts.User);
            writer.Write(facts.Request);
            writer.Write(facts.Surface);
            writer.Write(facts.IsNewItem);
            writer.Write(facts.IsKnown);
        }

        writer.Write(_firstShown.Count);
        foreach ((ulong item, long first) in _firstShown)
        {
            writer.Write(item);
            writer.Write(first);
        }

        writer.Write(_surfaces.Count);
        foreach (string surface in Surfaces)
        {
            writer.Write(surface);
        }

        // What was described and not scored yet is written again: it may be described by an impression that is still to come.
        foreach (ArmPredictions predictions in _predictions)
        {
            predictions.Save(writer, _saved, _scored);
        }

        writer.Write(_scored);
        _saved = _scored;
    }

    public void Restore(BinaryReader reader)
    {
        EvaluateFrom = reader.ReadInt64();
        int from = reader.ReadInt32(), described = reader.ReadInt32();
        if (_facts.Length < described)
        {
            Array.Resize(ref _facts, Math.Max(described, Math.Max(1024, _facts.Length * 2)));
        }

        for (int row = from; row < described; row++)
        {
            _facts[row] = new ImpressionFacts(
                reader.ReadInt64(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadInt32(), reader.ReadBoolean(), reader.ReadBoolean());
        }

        _firstShown.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            _firstShown[reader.ReadUInt64()] = reader.ReadInt64();
        }

        _surfaces.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            _surfaces[reader.ReadString()] = _surfaces.Count;
        }

        foreach (ArmPredictions predictions in _predictions)
        {
            predictions.Restore(reader);
        }

        _saved = _scored = reader.ReadInt32();
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

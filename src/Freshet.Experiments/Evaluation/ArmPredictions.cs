using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Serving;

namespace Freshet.Experiments.Evaluation;

/// <summary>The predictions of one arm, as columns that grow.</summary>
internal sealed class ArmPredictions(int tasks)
{
    private float[] _scores = [];
    private float[] _probabilities = [];
    private long[] _watermarks = [];
    private readonly ModelWorkspace _workspace = new();

    /// <summary>Ranking score of task <paramref name="task"/>; NaN where no model was live.</summary>
    public float Score(int row, int task) => _scores[(row * tasks) + task];

    /// <summary>Probability of task <paramref name="task"/> at the place shown; NaN where no model was live.</summary>
    public float Probability(int row, int task) => _probabilities[(row * tasks) + task];

    /// <summary>Newest event time that the scoring model had learnt, ms since the epoch.</summary>
    public long Watermark(int row) => _watermarks[row];

    /// <summary>Whether a model was live when the row was shown.</summary>
    public bool IsScored(int row) => row < _watermarks.Length && _watermarks[row] != long.MinValue;

    /// <summary>Ids that scoring looked up, each impression counted once.</summary>
    public SlotLookups Lookups { get; } = new();

    public void Score(ServedModel? live, SnapshotColumns features, int first, int count)
    {
        Grow(first + count);
        Span<float> scores = _scores.AsSpan(first * tasks, count * tasks);
        Span<float> probabilities = _probabilities.AsSpan(first * tasks, count * tasks);
        if (live is null)
        {
            scores.Fill(float.NaN);
            probabilities.Fill(float.NaN);
            _watermarks.AsSpan(first, count).Fill(long.MinValue);
            return;
        }

        _workspace.Lookups.Clear();
        live.Model.Predict(features, first, count, scores, _workspace, referenceBias: true);
        Lookups.Add(_workspace.Lookups);
        live.Model.Predict(features, first, count, probabilities, _workspace, referenceBias: false);
        _watermarks.AsSpan(first, count).Fill(live.Manifest.Watermark);
    }

    /// <summary>Writes the rows from <paramref name="first"/> to before <paramref name="end"/>, and the lookups.</summary>
    public void Save(BinaryWriter writer, int first, int end)
    {
        writer.Write(first);
        writer.Write(end);
        for (int row = first; row < end; row++)
        {
            writer.Write(_watermarks[row]);
            for (int task = 0; task < tasks; task++)
            {
                writer.Write(_scores[(row * tasks) + task]);
                writer.Write(_probabilities[(row * tasks) + task]);
            }
        }

        Lookups.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote over what there is.</summary>
    public void Restore(BinaryReader reader)
    {
        int first = reader.ReadInt32(), end = reader.ReadInt32();
        Grow(end);
        for (int row = first; row < end; row++)
        {
            _watermarks[row] = reader.ReadInt64();
            for (int task = 0; task < tasks; task++)
            {
                _scores[(row * tasks) + task] = reader.ReadSingle();
                _probabilities[(row * tasks) + task] = reader.ReadSingle();
            }
        }

        Lookups.Restore(reader);
    }

    private void Grow(int rows)
    {
        if (_watermarks.Length < rows)
        {
            int capacity = Math.Max(rows, Math.Max(1024, _watermarks.Length * 2));
            Array.Resize(ref _watermarks, capacity);
            Array.Resize(ref _scores, capacity * tasks);
            Array.Resize(ref _probabilities, capacity * tasks);
        }
    }
}

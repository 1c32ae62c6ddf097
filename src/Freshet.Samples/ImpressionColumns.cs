using System.IO.Hashing;
using System.Text;
using Freshet.Core.Events;
using Freshet.Scenes;

namespace Freshet.Samples;

/// <summary>What sample files tell of an impression beside its features: ids, place, model version, scores. One row a snapshot.</summary>
/// <remarks>Append-only: text lies as UTF-8 in large blocks that never move, so a row costs no object.</remarks>
public sealed class ImpressionColumns
{
    private static readonly EventText[] s_texts =
    [
        EventText.UserId, EventText.RequestId, EventText.ItemId, EventText.EventId, EventText.Surface, EventText.Arm,
        EventText.ModelVersion,
    ];

    private readonly byte[][] _tasks;
    private readonly Joining.TextStore _store = new();
    private int[] _references = [];
    private IdentityKey[] _identities = [];
    private ulong[] _impressions = [];
    private long[] _shownAt = [];
    private int[] _positions = [];
    private double[] _scores = [];

    internal ImpressionColumns(Scene scene) => _tasks = [.. scene.Behaviours.Select(behaviour => Encoding.UTF8.GetBytes(behaviour.Name))];

    /// <summary>Rows added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the impression whose snapshot is row <see cref="Count"/> of <see cref="SampleTable.Features"/>.</summary>
    public void Add(BehaviourEvent impression)
    {
        ArgumentNullException.ThrowIfNull(impression);
        if (Count == _identities.Length)
        {
            Grow(Math.Max(64, Count * 2));
        }

        for (int i = 0; i < s_texts.Length; i++)
        {
            _references[(Count * s_texts.Length) + i] = _store.Add(impression.Get(s_texts[i]));
        }

        _identities[Count] = IdentityKey.Of(impression);
        _impressions[Count] = XxHash3.HashToUInt64(impression.EventId);
        _shownAt[Count] = impression.At;
        _positions[Count] = impression.Position;
        Span<double> scores = _scores.AsSpan(Count * _tasks.Length, _tasks.Length);
        scores.Fill(double.NaN);
        for (int i = 0; i < impression.ScoreCount; i++)
        {
            FeatureView score = impression.Score(i);
            for (int task = 0; task < _tasks.Length; task++)
            {
                if (score.Name.SequenceEqual(_tasks[task]))
                {
                    scores[task] = score.Number;
                }
            }
        }

        Count++;
    }

    /// <summary>Removes all rows; the room stays.</summary>
    internal void Clear()
    {
        foreach (int text in _references.AsSpan(0, Count * s_texts.Length))
        {
            _store.Release(text);
        }

        Count = 0;
    }

    /// <summary>UTF-8 <paramref name="field"/> of row <paramref name="row"/>; empty where absent.</summary>
    public ReadOnlySpan<byte> Text(int row, EventText field) =>
        _store.Get(_references[(row * s_texts.Length) + Array.IndexOf(s_texts, field)]);

    /// <summary>Identity of row <paramref name="row"/>.</summary>
    public IdentityKey Identity(int row) => _identities[row];

    /// <summary>XxHash3 of the impression's event_id: tells the snapshots of one identity apart.</summary>
    public ulong ImpressionKey(int row) => _impressions[row];

    /// <summary>Event time of the impression, ms since the epoch.</summary>
    public long ShownAt(int row) => _shownAt[row];

    /// <summary>Place on the page; <see cref="BehaviourEvent.NoPosition"/> where there is none.</summary>
    public int Position(int row) => _positions[row];

    /// <summary>[tasks] probabilities at serving time, in the scene's order; NaN where the impression has none.</summary>
    public ReadOnlySpan<double> Scores(int row) => _scores.AsSpan(row * _tasks.Length, _tasks.Length);

    private void Grow(int capacity)
    {
        Array.Resize(ref _references, capacity * s_texts.Length);
        Array.Resize(ref _identities, capacity);
        Array.Resize(ref _impressions, capacity);
        Array.Resize(ref _shownAt, capacity);
        Array.Resize(ref _positions, capacity);
        Array.Resize(ref _scores, capacity * _tasks.Length);
    }
}

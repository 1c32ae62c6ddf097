using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Training;

/// <summary>A model with what it has learnt from.</summary>
public sealed class TrainedModel : IDisposable
{
    /// <summary>A model that has learnt nothing.</summary>
    public TrainedModel(RankingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
    }

    /// <summary>A model that was saved, and goes on from there.</summary>
    /// <param name="model">As it was loaded.</param>
    /// <param name="watermark">Its <see cref="Watermark"/>.</param>
    /// <param name="learntUntil">Its <see cref="LearntUntil"/>.</param>
    /// <param name="samples">Its <see cref="Samples"/>.</param>
    public TrainedModel(RankingModel model, long watermark, long learntUntil, long samples)
        : this(model) => Return(watermark, learntUntil, samples);

    /// <summary>Weights and optimiser state.</summary>
    public RankingModel Model { get; }

    /// <summary>Newest shown_at of what it was given to learn, ms since the epoch; <see cref="long.MinValue"/> where there is none.</summary>
    public long Watermark { get; private set; } = long.MinValue;

    /// <summary>
    /// The newest <see cref="Freshet.Core.Samples.LabelledSample.LearnAt"/> of what it was given to learn, ms since the epoch: what comes next is later.
    /// <see cref="long.MinValue"/> where there is none.
    /// </summary>
    public long LearntUntil { get; private set; } = long.MinValue;

    /// <summary>
    /// What goes on from this model learns no sample whose <see cref="Freshet.Core.Samples.LabelledSample.LearnAt"/> is this or earlier; ms
    /// since the epoch. It is earlier than <see cref="LearntUntil"/> where samples were left out.
    /// </summary>
    public long NeedsAfter => Skipped.Aggregate(LearntUntil, (after, span) => Math.Min(after, span.After));

    /// <summary>Samples learnt from, each pass counted.</summary>
    public long Samples { get; private set; }

    /// <summary>Rows given up at the ends of bases and increments since the model was created.</summary>
    public long Evicted { get; private set; }

    /// <summary>Makes this one equal to <paramref name="other"/>, reusing buffers.</summary>
    public void CopyFrom(TrainedModel other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Model.CopyFrom(other.Model);
        CopyLateLabels(other.LateLabels);
        Skipped = other.Skipped;
        Watermark = other.Watermark;
        LearntUntil = other.LearntUntil;
        Samples = other.Samples;
        Evicted = other.Evicted;
    }

    /// <summary>Writes everything that training needs, for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Watermark);
        writer.Write(LearntUntil);
        writer.Write(Samples);
        writer.Write(Evicted);
        SampleSpans.Save(writer, Skipped);
        writer.Flush();
        Model.Save(writer.BaseStream);
        writer.Write(LateLabels is not null);
        writer.Flush();
        LateLabels?.Save(writer.BaseStream);
    }

    /// <summary>Reads what <see cref="Save"/> wrote for the same scene.</summary>
    /// <exception cref="ModelSnapshotException">The model cannot be used.</exception>
    public static TrainedModel Restore(BinaryReader reader, Scene scene)
    {
        ArgumentNullException.ThrowIfNull(reader);
        long watermark = reader.ReadInt64(), learntUntil = reader.ReadInt64(), samples = reader.ReadInt64(), evicted = reader.ReadInt64();
        IReadOnlyList<SampleSpan> skipped = SampleSpans.Restore(reader);
        var model = new TrainedModel(RankingModel.Load(scene, reader.BaseStream), watermark, learntUntil, samples) { Evicted = evicted, Skipped = skipped };
        model.LateLabels = reader.ReadBoolean() ? RankingModel.Load(DelayedFeedback.LateLabels.SceneOf(scene), reader.BaseStream) : null;
        return model;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        LateLabels?.Dispose();
    }

    /// <summary>As <see cref="RankingModel.BeginIncrement"/>.</summary>
    internal void BeginIncrement()
    {
        Model.BeginIncrement();
        LateLabels?.BeginIncrement();
    }

    /// <summary>As <see cref="RankingModel.Evict"/>.</summary>
    internal void Evict(int day, LearnPhase phase)
    {
        Evicted += Model.Evict(day, phase);
        _ = LateLabels?.Evict(day, phase);
    }

    /// <summary>Says which labels come late, where the loss learns that (docs/models.md); never published.</summary>
    internal RankingModel? LateLabels { get; set; }

    /// <summary>
    /// Spans not later than <see cref="LearntUntil"/> that were left out when their turn came: what goes on from this model learns them once
    /// nothing leaves them out any more.
    /// </summary>
    internal IReadOnlyList<SampleSpan> Skipped { get; private set; } = [];

    /// <summary>Keeps what is still owed after it has learnt what is later than <paramref name="after"/>, without <paramref name="leftOut"/>.</summary>
    internal void Skip(IReadOnlyList<SampleSpan> leftOut, long after) => Skipped = leftOut.Count == 0
        ? []
        : [.. SampleSpans.Within(Skipped, leftOut), .. SampleSpans.Within(leftOut, new SampleSpan(after, LearntUntil))];

    /// <summary>Sets back what was noted, for a model that returned to what it was.</summary>
    internal void Return(long watermark, long learntUntil, long samples) => (Watermark, LearntUntil, Samples) = (watermark, learntUntil, samples);

    internal void Note(long shownAt, long samples, long learnAt)
    {
        Watermark = Math.Max(Watermark, shownAt);
        LearntUntil = Math.Max(LearntUntil, learnAt);
        Samples += samples;
    }

    private void CopyLateLabels(RankingModel? other)
    {
        if (other is null || LateLabels is null)
        {
            LateLabels?.Dispose();
            LateLabels = other?.Clone();
        }
        else
        {
            LateLabels.CopyFrom(other);
        }
    }
}

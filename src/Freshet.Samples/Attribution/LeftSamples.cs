using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Core.Time;
using Freshet.Scenes;

namespace Freshet.Samples.Attribution;

/// <summary>Samples that have left for good and are in no table yet.</summary>
internal sealed class LeftSamples(Scene scene, SceneDays days)
{
    private readonly SampleDay _left = new(default, scene);

    /// <summary>Takes a sample.</summary>
    public void Add(
        long attributedAt, in LabelledSample sample, in IdentityKey identity, ReadOnlySpan<long> labelTimes, ReadOnlySpan<double> labelValues,
        ReadOnlySpan<float> targets) => _left.AddAttributed(attributedAt, sample, identity, labelTimes, labelValues, targets);

    /// <summary>Moves all to the ends of the days of <paramref name="table"/>, in the order of training; these are then its changes.</summary>
    public void MoveTo(SampleTable table)
    {
        table.BeginCut();
        for (int i = 0; i < _left.Count; i++)
        {
            LabelledSample sample = _left.Samples[i];
            table.Open(days.DateOf(sample.LearnAt)).AddAttributed(
                _left.AttributedAt(i), sample, _left.Identities[i], _left.LabelTimes(i), _left.LabelValues(i), _left.Targets(i));
        }

        _left.Clear();
    }

    /// <summary>Writes all for a checkpoint.</summary>
    public void Save(BinaryWriter writer) => SampleBytes.WriteAll(writer, _left);

    /// <summary>Reads what <see cref="Save"/> wrote; what there was is gone.</summary>
    public void Restore(BinaryReader reader) => SampleBytes.ReadAll(reader, _left);
}

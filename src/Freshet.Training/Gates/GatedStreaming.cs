using Freshet.Models;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Training.Gates;

/// <summary>A streaming track's training and verdicts, moment by moment.</summary>
public sealed class GatedStreaming : IDisposable
{
    /// <summary>Versions on their way at once: moments are further apart where the publish delay is longer than so many of them. Bounds memory.</summary>
    private const int MostComing = 32;
    private readonly StreamingTrainer _trainer;
    private readonly StreamGates _gates;
    private readonly long _wait;
    private readonly long _leastApart;
    private readonly long _blameLasts;
    private long _last = long.MinValue;
    private (long From, SampleSpan Window)? _blame;

    /// <summary>A stream that has learnt nothing.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="gates">Of its track.</param>
    /// <param name="publishDelay">From cutoff to live.</param>
    public GatedStreaming(Scene scene, VersionGates gates, TimeSpan publishDelay)
    {
        _trainer = new StreamingTrainer(scene);
        _gates = new StreamGates(scene, gates);
        _wait = gates.Wait;
        _blameLasts = (long)StreamGates.Length(scene).TotalMilliseconds;
        _leastApart = (long)publishDelay.TotalMilliseconds / MostComing;
        _trainer.BeforeStep = (model, _) => _gates.BeforeStep(model);
    }

    /// <summary>What it has learnt so far.</summary>
    public TrainedModel Model => _trainer.Model;

    /// <summary>Whether all that was learnt is kept or undone; otherwise a refused version waits for the next, and the stream cannot be saved.</summary>
    public bool IsSettled { get; private set; } = true;

    /// <summary>Whether a moment may be held.</summary>
    public bool IsDue(long cutoff) => _last == long.MinValue || cutoff - _last >= _leastApart;

    /// <summary>Learns what is newly old enough and judges it. What the gates blame is undone and passed; else what a refused version learnt stays, for the next.</summary>
    /// <param name="start">The latest base: where it is a new one, training begins anew from it.</param>
    /// <param name="table">Attributed at <paramref name="cutoff"/>.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="live">The model that is live.</param>
    /// <param name="leftOut">Spans that are not learnt.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <returns>What came of it; null where there was nothing to learn.</returns>
    public StreamMoment? Learn(
        TrainedModel start, SampleTable table, long cutoff, RankingModel? live, IReadOnlyList<SampleSpan> leftOut, CancellationToken cancellation)
    {
        _last = cutoff;
        if (!_trainer.ComesFrom(start))
        {
            _trainer.Restart(start);
            _gates.Restart(start.LearntUntil == long.MinValue ? cutoff - _wait : start.LearntUntil);
        }

        _trainer.LeftOut = leftOut;
        _gates.Begin(table, cutoff, live, leftOut);
        int learnt = 0;
        GateReport? failed = null;
        try
        {
            learnt = _trainer.Learn(table, cutoff, cancellation);
        }
        catch (ModelException e)
        {
            failed = VersionGates.Failed(e);
        }

        if (learnt == 0 && failed is null)
        {
            return null;
        }

        ModelChanges changes = _trainer.Changes();
        GateReport gates = _gates.End(changes.IsFinite, failed);
        IsSettled = true;
        if (!gates.IsRefused)
        {
            _trainer.Keep();
        }
        else if (gates.BlamesWindow || !changes.IsFinite)
        {
            _trainer.Undo();
        }
        else
        {
            IsSettled = false;
        }

        return new StreamMoment(learnt, changes, gates, Blame(gates, cutoff));
    }

    /// <summary>Writes the stream for a checkpoint, where it <see cref="IsSettled"/>.</summary>
    /// <param name="writer">Gets the state.</param>
    /// <param name="start">The base; its model is not written.</param>
    public void Save(BinaryWriter writer, TrainedModel? start)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_last);
        writer.Write(_blame is not null);
        writer.Write(_blame?.From ?? 0);
        SampleSpans.Save(writer, [_blame?.Window ?? default]);
        _gates.Save(writer);
        _trainer.Save(writer, start);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Has the state.</param>
    /// <param name="scene">The scene.</param>
    /// <param name="start">The base as it was.</param>
    public void Restore(BinaryReader reader, Scene scene, TrainedModel? start)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _last = reader.ReadInt64();
        bool isBlamed = reader.ReadBoolean();
        long from = reader.ReadInt64();
        SampleSpan window = SampleSpans.Restore(reader)[0];
        _blame = isBlamed ? (from, window) : null;
        _gates.Restore(reader);
        _trainer.Restore(reader, scene, start);
    }

    /// <summary>
    /// Some of thousands of verdicts a day are wrong, until what they saw has left the window. So samples are kept from bases only where blame outlasts
    /// a window, or where they cannot be learnt or scored.
    /// </summary>
    private SampleSpan? Blame(GateReport gates, long cutoff)
    {
        SampleSpan window = _gates.Window;
        if (gates.Refusals.Any(result => result.Name == GateNames.Input))
        {
            return window;
        }

        _blame = !gates.BlamesWindow ? null
            : _blame is { } blame ? (blame.From, new SampleSpan(Math.Min(blame.Window.After, window.After), window.Until))
            : (cutoff, window);
        return _blame is { } lasting && cutoff - lasting.From >= _blameLasts ? lasting.Window : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _trainer.Dispose();
}

using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>
/// One way to make samples (<c>attribution.mode</c>). It is told each moment at which a sample may begin, change or leave, and decides which
/// samples leave, when, and with which labels.
/// </summary>
/// <remarks>
/// What may leave is decided at the moments; <see cref="WriteTo"/> is the one exit by which samples reach a table. The joiner calls a moment
/// after it has kept the event and moved the watermark. Not thread-safe.
/// </remarks>
internal interface IAttribution
{
    /// <summary>Whether a behavior is early enough to count for a sample of its identity; an event before the impression may be either.</summary>
    bool IsInTime(in Identity identity, in KeptEvent e);

    /// <summary>An identity has got its first impression, or an earlier one than it had; it is filed under the day of it.</summary>
    /// <param name="index">The identity.</param>
    /// <param name="former">What was its first impression before.</param>
    void OnFirst(int index, in FormerImpression former);

    /// <summary>An identity has got a further impression that is not its first.</summary>
    /// <param name="index">The identity.</param>
    /// <param name="kept">The impression among the kept events.</param>
    /// <returns>Whether <see cref="IsInTime"/> may say otherwise from now on.</returns>
    bool OnRepeat(int index, int kept);

    /// <summary>A behavior has joined its identity: in time, and not before the impression.</summary>
    /// <returns>Whether a sample can still show it; false where its sample has left.</returns>
    bool OnJoined(int index, in KeptEvent e);

    /// <summary>Labels of an identity that has an impression have just become 1.</summary>
    /// <param name="index">The identity.</param>
    /// <param name="labels">Bit i: label i; never 0.</param>
    /// <returns>Whether a sample of the identity had left before, without them.</returns>
    bool OnLabels(int index, uint labels);

    /// <summary>An event has moved the watermark, or left it where it was.</summary>
    void OnWatermark(long watermark);

    /// <summary>Decides what leaves at a cutoff.</summary>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="day">The day of <paramref name="cutoff"/>.</param>
    /// <param name="watermark">ms since the epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cutoff"/> is earlier than the one before.</exception>
    void Cut(long cutoff, int day, long watermark);

    /// <summary>Decides what leaves at the end of the input; what waits for labels goes on waiting.</summary>
    void CutAll(long watermark);

    /// <summary>Lets all leave that waits for labels, with those found so far.</summary>
    void Drain(long watermark);

    /// <summary>The one exit: brings into <paramref name="table"/> what has left since the last call. It decides nothing, so when it is called changes no sample.</summary>
    void WriteTo(SampleTable table);

    /// <summary>Some days have been removed from the state, with all that was filed under them.</summary>
    void ForgetRemovedDays();

    /// <summary>Writes what follows neither from identities nor from events.</summary>
    void Save(BinaryWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote in the same mode; at last <see cref="EndRestore"/>.</summary>
    void Restore(BinaryReader reader);

    /// <summary>Derives the rest from the restored identities and events.</summary>
    void EndRestore();
}

using Freshet.Pipeline.Tracks;
using Freshet.Training;

namespace Freshet.Tests.Pipeline.Retention;

/// <summary>The quarantine holds so many windows, and over that the one that ended first leaves.</summary>
public sealed class QuarantineTests : IDisposable
{
    private const long Hour = 3_600_000;
    private readonly SmallStream _stream = new(SmallStream.Scene, "2h,4h");
    private int _told;

    public void Dispose() => _stream.Dispose();

    [Fact]
    public void Over_the_limit_the_window_that_ended_first_leaves_whatever_came_in_when()
    {
        ModelTrack[] tracks = [.. _stream.Pipeline.Tracks.All];
        Quarantine quarantine = Of(2);
        quarantine.Add(tracks[0], Span(5));
        quarantine.Add(tracks[1], Span(1));

        quarantine.Add(tracks[0], Span(9));

        Assert.Equal([Span(5), Span(9)], quarantine.Spans);
        Assert.Equal((1, 1), (quarantine.Evicted, _told));
    }

    [Fact]
    public void Windows_that_overlap_are_one_and_do_not_count_twice()
    {
        ModelTrack track = _stream.Pipeline.Tracks.All[0];
        Quarantine quarantine = Of(1);
        quarantine.Add(track, new SampleSpan(Hour, 3 * Hour));

        quarantine.Add(track, new SampleSpan(2 * Hour, 4 * Hour));

        Assert.Equal([new SampleSpan(Hour, 4 * Hour)], quarantine.Spans);
        Assert.Equal(0, quarantine.Evicted);
    }

    [Fact]
    public void A_restart_at_any_moment_ends_as_one_pass_and_every_window_is_held_or_counted()
    {
        ModelTrack[] tracks = [.. _stream.Pipeline.Tracks.All];
        Quarantine once = Of(3), again = Of(3);
        for (int i = 0; i < 20; i++)
        {
            SampleSpan span = Span(i % 2 == 0 ? i * 2 : (i * 2) - 5);
            once.Add(tracks[i % 2], span);
            again.Add(tracks[i % 2], span);
            using var bytes = new MemoryStream();
            using var writer = new BinaryWriter(bytes);
            again.Save(writer, tracks);
            writer.Flush();
            bytes.Position = 0;
            again = Of(3);
            using var reader = new BinaryReader(bytes);
            again.Restore(reader, tracks);
            Assert.Equal(i + 1, again.Evicted + again.Spans.Count);
        }

        Assert.Equal(once.Spans, again.Spans);
        Assert.Equal(once.Evicted, again.Evicted);
    }

    private static SampleSpan Span(int hour) => new(hour * Hour, (hour + 1) * Hour);

    private Quarantine Of(int limit) => new(limit, () => _told++);
}

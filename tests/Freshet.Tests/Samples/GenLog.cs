using CsCheck;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>Draws logs: few users, pages and items, coarse times over three days, so that everything collides.</summary>
internal static class GenLog
{
    private static readonly string[] s_types = ["impression", "impression", "impression", "click", "watch", "watch", "gift", "tip", "song_play", "unheard_of"];

    private static readonly Gen<long> s_at = Gen.OneOf(
        Gen.Long[0, 3 * 24 * 4].Select(quarter => FirstMay + (quarter * 15 * Minute)),
        Gen.Long[0, 60].Select(minute => FirstMay + (20 * Hour) + (minute * Minute)));

    private static readonly Gen<Line> s_line = Gen.Select(
        Gen.OneOfConst(s_types), Gen.Int[0, 9999], s_at, Gen.Int[0, 2], Gen.Int[0, 12], Gen.Int[0, 1], Gen.Int[-1, 40],
        (type, id, at, user, request, item, value) => new Line(
            type, $"{(id % 3 == 0 ? "event" : "e")}{id}", at, $"u{user}",
            request > 2 ? $"r{request % 2}" : request == 0 && type != "impression" ? "" : "r0",
            $"h{item}", value < 0 ? double.NaN : value));

    /// <summary>Lines with unique ids; one event_id has one payload.</summary>
    public static readonly Gen<Line[]> Unique = s_line.Array[1, 40].Select(lines => lines.DistinctBy(line => line.Id).ToArray());

    /// <summary>As <see cref="Unique"/>, some lines twice.</summary>
    public static readonly Gen<Line[]> Consistent = Gen.Select(Unique, Gen.Int[0, 1000].Array[0, 10]).Select((lines, again) =>
        lines.Concat(again.Select(i => lines[i % lines.Length])).ToArray());

    /// <summary>Lines where one event_id may have several payloads and types.</summary>
    public static readonly Gen<Line[]> Conflicting = Gen.Select(s_line.Array[1, 40], Gen.Int[3, 30]).Select((lines, ids) =>
        lines.Select(line => line with { Id = $"e{Math.Abs(line.At + line.Type.Length) % ids}" }).ToArray());

    /// <summary>As <see cref="Unique"/>, in order of time but for short delays.</summary>
    public static readonly Gen<Line[]> Delayed = Gen.Select(Unique, Gen.Long[0, 30].Array[40]).Select((lines, delays) =>
        lines.Select((line, i) => (line, Arrival: line.At + (delays[i] * Minute))).OrderBy(pair => pair.Arrival).Select(pair => pair.line).ToArray());

    /// <summary>As <see cref="Unique"/>, four times as long.</summary>
    public static readonly Gen<Line[]> Long = s_line.Array[40, 160].Select(lines => lines.DistinctBy(line => line.Id).ToArray());
}

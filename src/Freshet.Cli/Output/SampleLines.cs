using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Freshet.Core.Samples;
using Freshet.Samples.Files;

namespace Freshet.Cli.Output;

/// <summary>Samples as lines: JSON for programs, a table for people.</summary>
internal static class SampleLines
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one JSON object a sample to standard output.</summary>
    public static void WriteNdjson(IReadOnlyList<string> behaviours, IEnumerable<ListedSample> samples)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        using var json = new Utf8JsonWriter(output, s_json);
        foreach (ListedSample sample in samples)
        {
            Write(json, behaviours, sample);
            json.Flush();
            output.WriteByte((byte)'\n');
            json.Reset();
        }
    }

    /// <summary>The samples as text, times in UTC, labels with their delay.</summary>
    public static string Table(SampleListing listing, IEnumerable<ListedSample> samples)
    {
        var table = new TextTable(["user", "request", "item", "shown at (UTC)", "repeats", "row", .. listing.Behaviours]);
        int count = 0;
        foreach (ListedSample sample in samples)
        {
            count++;
            table.Add(
            [
                sample.UserId, sample.RequestId, sample.ItemId,
                DateTimeOffset.FromUnixTimeMilliseconds(sample.ShownAt).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
                sample.Repeats.ToString(CultureInfo.InvariantCulture), Word(sample.Kind),
                .. Enumerable.Range(0, listing.Behaviours.Count).Select(i => Label(sample, i)),
            ]);
        }

        return FormattableString.Invariant($"Scene '{listing.Scene}', cutoff {listing.Cutoff}: {count:N0} samples.\n{table}");
    }

    private static string Word(EmissionKind kind) => kind switch
    {
        EmissionKind.Observed => "observed",
        EmissionKind.Positive => "positive",
        _ => "attributed",
    };

    private static string Label(ListedSample sample, int behaviour) => sample.LabelTimes[behaviour] is { } at
        ? FormattableString.Invariant($"1 after {TimeSpan.FromMilliseconds(at - sample.ShownAt).TotalSeconds:0.###} s")
        : "0";

    private static void Write(Utf8JsonWriter json, IReadOnlyList<string> behaviours, ListedSample sample)
    {
        json.WriteStartObject();
        json.WriteString("request_id", sample.RequestId);
        json.WriteString("item_id", sample.ItemId);
        json.WriteString("user_id", sample.UserId);
        json.WriteNumber("shown_at", sample.ShownAt);
        json.WriteNumber("repeats", sample.Repeats);
        if (sample.Kind != EmissionKind.Attributed)
        {
            json.WriteString("emission", Word(sample.Kind));
        }

        json.WriteStartObject("labels");
        for (int i = 0; i < behaviours.Count; i++)
        {
            json.WriteNumber(behaviours[i], sample.Labels[i] ? 1 : 0);
        }

        json.WriteEndObject();
        json.WriteStartObject("label_times");
        for (int i = 0; i < behaviours.Count; i++)
        {
            if (sample.LabelTimes[i] is { } at)
            {
                json.WriteNumber(behaviours[i], at);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}

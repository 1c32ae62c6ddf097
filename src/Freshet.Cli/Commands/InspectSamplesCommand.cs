using System.CommandLine;
using Freshet.Cli.Output;
using Freshet.Samples.Files;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet inspect samples DIR</c>: the samples of a cutoff, one line each.</summary>
internal static class InspectSamplesCommand
{
    private static readonly Argument<DirectoryInfo> s_folder = new("DIR") { Description = "The --out folder of a join, or the folder of one scene in it." };
    private static readonly Option<string> s_format = new("--format")
    {
        Description = "'table' for people, 'ndjson' for programs (fields: docs/formats.md).",
        DefaultValueFactory = _ => "table",
    };

    private static readonly Option<string?> s_cutoff = new("--cutoff")
    {
        Description = "A cutoff of the folder: ms since the epoch, or a time in UTC such as '2022-05-01T12:00'. Default: the newest.",
    };

    private static readonly IdFilter s_filter = new();

    public static Command Create()
    {
        var command = new Command("samples", "Lists the samples of a cutoff: one line an identity (in window mode one a sample).") { s_folder, s_format, s_cutoff };
        foreach (Option option in s_filter.All)
        {
            command.Add(option);
        }

        command.SetAction((result, cancellation) => Guard.RunAsync(() => Run(result, cancellation)));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellation)
    {
        string format = result.GetRequiredValue(s_format);
        if (format is not ("table" or "ndjson"))
        {
            throw new WrongUseException($"--format is '{format}'; use 'table' or 'ndjson'. Nothing was read.");
        }

        long? cutoff = result.GetValue(s_cutoff) is { } text ? TimeOption.Read("--cutoff", text, TimeZoneInfo.Utc) : null;
        var listing = SampleListing.Open(result.GetRequiredValue(s_folder).FullName, cutoff);
        IEnumerable<ListedSample> samples = listing.Read().Where(sample =>
        {
            cancellation.ThrowIfCancellationRequested();
            return s_filter.Admits(result, sample.UserId, sample.RequestId, sample.ItemId);
        });
        if (format == "ndjson")
        {
            SampleLines.WriteNdjson(listing.Behaviours, samples);
        }
        else
        {
            Console.Out.Write(SampleLines.Table(listing, samples));
        }

        return ExitCode.Done;
    }
}

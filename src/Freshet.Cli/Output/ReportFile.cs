using Freshet.Core.Files;
using Freshet.Experiments.Reports;

namespace Freshet.Cli.Output;

/// <summary>Shows a report, and writes it where <c>--report</c> asks for it.</summary>
internal static class ReportFile
{
    public static void Finish(ReplayReport report, FileInfo? file) => Finish(ReportText.Of(report), ReportJson.Write(report), file);

    public static void Finish(string text, byte[] json, FileInfo? file)
    {
        Console.Out.Write(text);
        if (file is not null)
        {
            Write(file.FullName, json);
            Console.Out.WriteLine($"Report: {file.FullName}");
        }
    }

    private static void Write(string path, byte[] json)
    {
        try
        {
            AtomicFile.Write(path, json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Report '{path}' cannot be written: {e.Message} What is shown above is complete. Make room, or name another file.", e);
        }
    }
}

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
            string unfinished = file.FullName + ".unfinished";
            File.WriteAllBytes(unfinished, json);
            File.Move(unfinished, file.FullName, overwrite: true);
            Console.Out.WriteLine($"Report: {file.FullName}");
        }
    }
}

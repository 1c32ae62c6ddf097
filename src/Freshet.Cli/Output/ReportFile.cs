using Freshet.Experiments.Reports;

namespace Freshet.Cli.Output;

/// <summary>Shows a report, and writes it where <c>--report</c> asks for it.</summary>
internal static class ReportFile
{
    public static void Finish(ReplayReport report, FileInfo? file)
    {
        Console.Out.Write(ReportText.Of(report));
        if (file is not null)
        {
            string unfinished = file.FullName + ".unfinished";
            File.WriteAllBytes(unfinished, ReportJson.Write(report));
            File.Move(unfinished, file.FullName, overwrite: true);
            Console.Out.WriteLine($"Report: {file.FullName}");
        }
    }
}

using System.Globalization;
using Freshet.Experiments;

namespace Freshet.Cli.Output;

/// <summary>Progress on standard error: one line that is rewritten on a terminal, a plain line now and then in a pipe.</summary>
internal sealed class ProgressLine(TimeZoneInfo zone, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_terminal = TimeSpan.FromMilliseconds(200), s_pipe = TimeSpan.FromSeconds(10);
    private readonly bool _rewrites = !Console.IsErrorRedirected;
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next = TimeSpan.Zero;
    private bool _open;

    public void Show(LoopProgress progress)
    {
        TimeSpan elapsed = time.GetElapsedTime(_start);
        if (elapsed < _next)
        {
            return;
        }

        _next = elapsed + (_rewrites ? s_terminal : s_pipe);
        string at = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(progress.At), zone)
            .ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        string published = progress.Publishes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{progress.Publishes:N0} models published  ") : "";
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{progress.Phase}: {at}  {progress.Events:N0} events  {published}{elapsed.TotalSeconds:F0} s");
        Console.Error.Write(_rewrites ? $"\r{line}   " : line + "\n");
        _open = _rewrites;
    }

    /// <summary>Leaves the terminal on a new line.</summary>
    public void Dispose()
    {
        if (_open)
        {
            Console.Error.WriteLine();
        }
    }
}

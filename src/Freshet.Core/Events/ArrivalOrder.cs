using System.Diagnostics.CodeAnalysis;

namespace Freshet.Core.Events;

/// <summary>The lines of one file in order of arrival: by <c>received_at</c>, lines of one moment as they stand.</summary>
/// <remarks>
/// A window of lines is read ahead; the one that arrived first leaves it. Lines that follow one another in order lie behind each
/// other as bytes, those that arrived earlier than the line before in a heap: a file in order costs a copy of each line. A line that
/// does not say when it arrived stays behind the line before it. While no line has said it, nothing is read ahead. Allocates nothing
/// once the buffers have grown. Not thread-safe.
/// </remarks>
internal sealed class ArrivalOrder : IDisposable
{
    private const long MaxBytes = 256L << 20; // a window of giant lines is shorter
    private readonly string _path;
    private readonly int _window;
    private readonly EventFileReader _lines;
    private readonly ReceivedAtReader _arrivals = new();
    private readonly LineQueue _inOrder = new();
    private readonly LineHeap _early = new();
    private EventFileException? _failure;
    private bool _saysArrival;
    private bool _ended;
    private long _before = long.MinValue; // arrival of the line read last
    private long _taken = long.MinValue; // arrival of the line given last, and its number
    private long _takenNumber;

    /// <summary>Opens <paramref name="path"/>.</summary>
    /// <param name="path">A file, or standard input.</param>
    /// <param name="bufferSize">Bytes that are read at once.</param>
    /// <param name="window">Lines that are read ahead, &gt;= 0; 0: the lines keep their order.</param>
    /// <exception cref="EventFileException">The file is missing, empty or may not be read.</exception>
    public ArrivalOrder(string path, int bufferSize, int window)
    {
        (_path, _window) = (path, window);
        _lines = new EventFileReader(path, bufferSize);
    }

    private int Count => _inOrder.Count + _early.Count;

    /// <summary>Gives the line that arrived next, valid until the next call; false at the end.</summary>
    /// <param name="line">The line; of one that is too long its beginning.</param>
    /// <param name="number">Its number in the file, from 1.</param>
    /// <param name="tooLong">Whether it was too long to be kept.</param>
    /// <exception cref="EventFileException">
    /// A line arrived before one that was given already; or the file cannot be read on: the lines before were given.
    /// </exception>
    public bool TryReadLine(out ReadOnlySpan<byte> line, out long number, out bool tooLong)
    {
        if (_window == 0)
        {
            bool read = _lines.TryReadLine(out line, out tooLong);
            number = _lines.LineNumber;
            return read;
        }

        while (!_ended && Count < _window && _inOrder.Bytes + _early.Bytes < MaxBytes)
        {
            if (!TryFill(out line, out tooLong))
            {
                break;
            }

            if (!_saysArrival)
            {
                number = _lines.LineNumber;
                return true;
            }
        }

        return TryTake(out line, out number, out tooLong);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _lines.Dispose();

    /// <summary>Reads a line; it is kept once any line has said when it arrived.</summary>
    private bool TryFill(out ReadOnlySpan<byte> line, out bool tooLong)
    {
        try
        {
            if (!_lines.TryReadLine(out line, out tooLong))
            {
                _ended = true;
                return false;
            }
        }
        catch (EventFileException failure)
        {
            (_ended, _failure) = (true, failure); // what was read ahead goes first
            line = [];
            tooLong = false;
            return false;
        }

        if (_saysArrival && line.IsEmpty)
        {
            return true; // blank
        }

        long arrival = tooLong ? BehaviourEvent.NoTime : _arrivals.Read(line);
        bool isSaid = arrival != BehaviourEvent.NoTime;
        _saysArrival |= isSaid;
        if (!_saysArrival)
        {
            return true;
        }

        if (isSaid && arrival < _taken)
        {
            ThrowTooEarly(arrival);
        }

        _before = isSaid ? arrival : Math.Max(_before, _taken);
        if (_inOrder.Count == 0 || _before >= _inOrder.LastArrival)
        {
            _inOrder.Add(line, _before, _lines.LineNumber, tooLong);
        }
        else
        {
            _early.Add(line, _before, _lines.LineNumber, tooLong);
        }

        return true;
    }

    private bool TryTake(out ReadOnlySpan<byte> line, out long number, out bool tooLong)
    {
        if (Count == 0)
        {
            if (_failure is { } failure)
            {
                _failure = null;
                throw failure;
            }

            line = [];
            number = _lines.LineNumber;
            tooLong = false;
            return false;
        }

        bool isEarly = _early.Count > 0 && (_inOrder.Count == 0 || _early.First.CompareTo(_inOrder.First) < 0);
        (long Arrival, long Number) first = isEarly ? _early.First : _inOrder.First;
        line = isEarly ? _early.Take(out tooLong) : _inOrder.Take(out tooLong);
        (_taken, _takenNumber, number) = (first.Arrival, first.Number, first.Number);
        return true;
    }

    [DoesNotReturn]
    private void ThrowTooEarly(long arrival) => throw new EventFileException(
        $"Event file '{_path}': line {_lines.LineNumber} arrived (received_at {arrival}) before line {_takenNumber} (received_at {_taken}), which was taken " +
        $"already. The file is out of order by more than the {_window} lines of 'arrival.window'. The lines up to {_takenNumber} were read. Raise the window, or sort the file by received_at.");
}

using System.Globalization;
using Freshet.Core.Checkpoints;
using Freshet.Core.Ports;
using Freshet.Samples;

namespace Freshet.Pipeline.Checkpoints;

/// <summary>
/// The feature vectors of a table beside checkpoints: each checkpoint writes a file with those since the one before, and names how many files
/// there are. The files stay as long as there are checkpoints.
/// </summary>
internal sealed class RowStage(ICheckpointStore store, SampleTable table) : ICheckpointStage
{
    private const int RowsPerBlob = 1024;
    private readonly SampleTableState _state = new(table);
    private long _files;
    private int _saved;

    public Action<CheckpointWriter> Freeze(bool everything)
    {
        int first = _saved, end = table.Features.Count;
        long number = ++_files;
        _saved = end;
        return writer =>
        {
            _ = store.Write(NameOf(number), stream => Write(new CheckpointWriter(stream), first, end));
            writer.Write(number);
        };
    }

    public void Restore(CheckpointReader reader) => _files = reader.ReadInt64();

    public void EndRestore()
    {
        for (long number = 1; number <= _files; number++)
        {
            using Stream file = store.Open(NameOf(number));
            using var reader = new CheckpointReader(file, $"{store.Location}/{NameOf(number)}");
            for (int count = reader.ReadInt32(); count > 0; count -= RowsPerBlob)
            {
                using var rows = new BinaryReader(new MemoryStream(reader.ReadBlob()));
                _state.RestoreRows(rows, Math.Min(count, RowsPerBlob));
            }

            reader.End();
        }

        _saved = table.Features.Count;
    }

    private static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{number:0000000000}.rows");

    private void Write(CheckpointWriter writer, int first, int end)
    {
        writer.Write(end - first);
        for (; first < end; first += RowsPerBlob)
        {
            using var bytes = new MemoryStream();
            using (var rows = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
            {
                _state.SaveRows(rows, first, Math.Min(end, first + RowsPerBlob));
            }

            writer.WriteBlob(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }

        writer.End();
    }
}

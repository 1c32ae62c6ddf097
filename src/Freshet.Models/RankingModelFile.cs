using System.Text;
using Freshet.Embeddings;
using Freshet.Models.Parameters;
using Freshet.Native;

namespace Freshet.Models;

/// <summary>The body of a model snapshot (docs/formats.md, "Model snapshots"). Changing it needs a new format version.</summary>
internal static class RankingModelFile
{
    private const uint Magic = 0x444D5246; // "FRMD"
    private const uint Version = 4;
    private const uint ShapeTag = 0x50414853; // "SHAP"
    private const uint DenseTag = 0x534E4544; // "DENS"
    private const uint TableTag = 0x4C424154; // "TABL"
    private const uint EndTag = 0x20444E45; // "END "

    // Weights and both moments of Adam.
    private const int Kinds = 3;
    private const string Remedy = "No model was loaded. Load another version, or train a new base.";

    public static void Write(RankingModel model, Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(Version);
        byte[] shape = Encoding.UTF8.GetBytes(model.Shape.Describe());
        WriteHeader(writer, ShapeTag, shape.Length);
        writer.Write(shape);
        DenseParameters dense = model.Dense;
        WriteHeader(writer, DenseTag, DenseSize(dense));
        writer.Write(dense.Steps);
        writer.Write(model.Samples);
        writer.Write(model.Horizon);
        writer.Write(dense.Tensors.Count);
        foreach (DenseTensor tensor in dense.Tensors)
        {
            WriteTensor(writer, dense, tensor);
        }

        foreach (EmbeddingTable table in model.Embeddings.All)
        {
            WriteHeader(writer, TableTag, EmbeddingTableFile.Size(table));
            EmbeddingTableFile.Write(table, writer);
        }

        WriteHeader(writer, EndTag, 0);
    }

    /// <summary>Fills a model that has just been built.</summary>
    /// <exception cref="ModelSnapshotException">The stream holds no such model.</exception>
    public static void Read(RankingModel model, Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            ReadBody(model, reader);
        }
        catch (EndOfStreamException error)
        {
            throw new ModelSnapshotException($"The model snapshot ends too early. {Remedy}", error);
        }
        catch (InvalidDataException error)
        {
            throw new ModelSnapshotException($"The model snapshot cannot be used: {error.Message}. {Remedy}", error);
        }
    }

    private static void ReadBody(RankingModel model, BinaryReader reader)
    {
        Require(reader.ReadUInt32() == Magic, "it does not begin with 'FRMD'");
        uint version = reader.ReadUInt32();
        Require(version == Version, $"its format version is {version}, this program reads {Version}");
        RequireShape(model.Shape.Describe(), reader);
        DenseParameters dense = model.Dense;
        ReadHeader(reader, DenseTag, DenseSize(dense));
        long steps = reader.ReadInt64(), samples = reader.ReadInt64(), horizon = reader.ReadInt64();
        int count = reader.ReadInt32();
        Require(steps >= 0, $"it counts {steps} steps");
        Require(samples >= 0 && horizon >= 0, $"it counts {samples} samples of {horizon}");
        Require(count == dense.Tensors.Count, $"it has {count} dense parameters, the scene's model {dense.Tensors.Count}");
        dense.Steps = steps;
        (model.Samples, model.Horizon) = (samples, horizon);
        foreach (DenseTensor tensor in dense.Tensors)
        {
            ReadTensor(reader, dense, tensor);
        }

        foreach (EmbeddingTable table in model.Embeddings.All)
        {
            long length = ReadHeader(reader, TableTag);
            EmbeddingTableFile.Read(table, reader);
            long size = EmbeddingTableFile.Size(table);
            Require(length == size, $"the section of table '{table.Options.Name}' says {length} bytes, its content takes {size}");
        }

        ReadHeader(reader, EndTag, 0);
    }

    private static void RequireShape(string own, BinaryReader reader)
    {
        long length = ReadHeader(reader, ShapeTag);
        Require(length is >= 0 and <= 1 << 20, $"its shape has {length} bytes");
        byte[] bytes = new byte[length];
        reader.BaseStream.ReadExactly(bytes);
        string stored = Encoding.UTF8.GetString(bytes);
        Require(stored == own, $"it is of another shape, '{stored}'; the scene's is '{own}'");
    }

    private static long DenseSize(DenseParameters dense) => 8 + 8 + 8 + 4 + dense.Tensors.Sum(
        tensor => 4L + Encoding.UTF8.GetByteCount(tensor.Name) + 8 + ((long)Kinds * sizeof(float) * tensor.Count));

    private static void WriteTensor(BinaryWriter writer, DenseParameters dense, DenseTensor tensor)
    {
        byte[] name = Encoding.UTF8.GetBytes(tensor.Name);
        writer.Write(name.Length);
        writer.Write(name);
        writer.Write(tensor.Rows);
        writer.Write(tensor.Columns);
        float[] values = new float[tensor.Count];
        for (int kind = 0; kind < Kinds; kind++)
        {
            tensor.Read(dense, kind, values);
            writer.Write(ByteView.Of<float>((ReadOnlySpan<float>)values));
        }
    }

    private static void ReadTensor(BinaryReader reader, DenseParameters dense, DenseTensor tensor)
    {
        int length = reader.ReadInt32();
        Require(length is >= 0 and <= 4096, $"the name of a dense parameter has {length} bytes");
        byte[] bytes = new byte[length];
        reader.BaseStream.ReadExactly(bytes);
        string name = Encoding.UTF8.GetString(bytes);
        (int rows, int columns) = (reader.ReadInt32(), reader.ReadInt32());
        Require(
            name == tensor.Name && rows == tensor.Rows && columns == tensor.Columns,
            $"it has the dense parameter '{name}' [{rows} × {columns}] where '{tensor.Name}' [{tensor.Rows} × {tensor.Columns}] is expected");
        float[] values = new float[tensor.Count];
        for (int kind = 0; kind < Kinds; kind++)
        {
            reader.BaseStream.ReadExactly(ByteView.Of(values.AsSpan()));
            tensor.Write(dense, kind, values);
        }
    }

    private static void WriteHeader(BinaryWriter writer, uint tag, long length)
    {
        writer.Write(tag);
        writer.Write(length);
    }

    private static long ReadHeader(BinaryReader reader, uint tag)
    {
        uint found = reader.ReadUInt32();
        Require(found == tag, $"section '{Name(found)}' stands where '{Name(tag)}' is expected");
        return reader.ReadInt64();
    }

    private static void ReadHeader(BinaryReader reader, uint tag, long length)
    {
        long found = ReadHeader(reader, tag);
        Require(found == length, $"section '{Name(tag)}' has {found} bytes, the scene's model takes {length}");
    }

    private static string Name(uint tag) => string.Create(4, tag, static (name, tag) =>
    {
        for (int i = 0; i < name.Length; i++)
        {
            char letter = (char)((tag >> (8 * i)) & 0xFF);
            name[i] = char.IsAsciiLetterOrDigit(letter) || letter == ' ' ? letter : '?';
        }
    });

    private static void Require(bool condition, string mistake)
    {
        if (!condition)
        {
            throw new InvalidDataException(mistake);
        }
    }
}

using Freshet.Pipeline;
using Freshet.Pipeline.Tracks;
using Freshet.Training.Gates;

namespace Freshet.Experiments;

/// <summary>Appends each refused version to <c>refused.ndjson</c> in the folder of its track, and tells whoever listens.</summary>
/// <param name="folder">Has a folder for each track.</param>
/// <param name="warn">Told of each as a line for a log; null for nobody.</param>
internal sealed class RefusalFile(string folder, Action<string>? warn) : IPipelineObserver
{
    private string[] _files = [];
    private long[] _lengths = [];

    public void OnAttached(LearningPipeline pipeline) => _files = [.. pipeline.Tracks.All.Select(FileOf)];

    public void OnRefused(ModelTrack track, Refusal refusal)
    {
        File.AppendAllText(FileOf(track), refusal.ToJson() + "\n");
        warn?.Invoke($"Arm '{track.Plan.Name}': {refusal}");
    }

    public void Save(BinaryWriter writer, bool everything)
    {
        foreach (string file in _files)
        {
            writer.Write(File.Exists(file) ? new FileInfo(file).Length : 0);
        }
    }

    public void Restore(BinaryReader reader) => _lengths = Array.ConvertAll(_files, _ => reader.ReadInt64());

    /// <summary>What was refused after the checkpoint will be refused again.</summary>
    public void OnRestored()
    {
        foreach ((int index, string file) in _files.Index())
        {
            if (File.Exists(file))
            {
                using FileStream stream = File.OpenWrite(file);
                stream.SetLength(Math.Min(stream.Length, _lengths[index]));
            }
        }
    }

    private string FileOf(ModelTrack track) => Path.Combine(folder, track.Plan.Name, "refused.ndjson");
}

using System.Text;
using Freshet.Core.Events;
using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>Reads the impressions of a feature file as events.</summary>
internal sealed class ImpressionReader
{
    private readonly BehaviourEvent _event = new();
    private readonly string?[][] _texts;
    private readonly int?[] _positions;
    private readonly long[] _shownAt;
    private readonly byte[][] _tasks;
    private readonly double?[][] _scores;

    public ImpressionReader(Scene scene, ParquetRows file)
    {
        _texts = [.. SampleColumns.Texts.Select(column => file.Texts(column.Name))];
        _positions = file.Optional<int>("position");
        _shownAt = file.Numbers<long>("shown_at");
        _tasks = [.. scene.Behaviours.Select(behaviour => Encoding.UTF8.GetBytes(behaviour.Name))];
        _scores = [.. scene.Behaviours.Select(behaviour => file.Optional<double>($"score_{behaviour.Name}"))];
    }

    /// <summary>Row <paramref name="row"/> as an event that the next call overwrites.</summary>
    public BehaviourEvent Read(int row)
    {
        _event.Clear();
        for (int i = 0; i < _texts.Length; i++)
        {
            _event.Set(SampleColumns.Texts[i].Text, _texts[i][row] ?? "");
        }

        _event.At = _shownAt[row];
        _event.Position = _positions[row] ?? BehaviourEvent.NoPosition;
        for (int task = 0; task < _tasks.Length; task++)
        {
            if (_scores[task][row] is { } score)
            {
                _event.AddScore(_tasks[task], score);
            }
        }

        return _event;
    }
}

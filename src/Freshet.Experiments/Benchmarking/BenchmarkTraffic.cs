using Freshet.Core;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Experiments.Benchmarking;

/// <summary>Draws the batches and requests of a benchmark: the same seed gives the same ones.</summary>
internal sealed class BenchmarkTraffic
{
    private const double PositiveShare = 0.3;
    private const long Now = 1_767_225_600_000;
    private readonly BenchmarkOptions _options;
    private readonly SnapshotSchema _schema;
    private readonly ZipfSampler _popularity;
    private readonly ulong[] _user;
    private readonly ulong[] _history;
    private SplitMix64 _random;

    public BenchmarkTraffic(BenchmarkOptions options, Scene scene, ulong seed)
    {
        _options = options;
        _schema = scene.SnapshotSchema();
        _popularity = new ZipfSampler(options.Vocabulary, options.Zipf);
        _user = new ulong[options.UserSlots];
        _history = new ulong[options.History];
        _random = new SplitMix64(seed);
    }

    /// <summary>B samples, of as many users as there are requests. Each task is positive in three of ten samples whose parent is.</summary>
    public LearnBatch NextBatch()
    {
        var batch = new LearnBatch(_schema, _options.Batch);
        for (int sample = 0; sample < _options.Batch; sample++)
        {
            if (sample % _options.Impressions == 0)
            {
                DrawUser();
            }

            AddRow(batch.Features);
            uint labels = 0;
            for (int task = 0; task < _options.Tasks && _random.NextDouble() < PositiveShare; task++)
            {
                labels |= 1u << task;
            }

            batch.Add(labels, [], []);
        }

        return batch;
    }

    /// <summary>C candidates of one user.</summary>
    public SnapshotColumns NextRequest()
    {
        var rows = new SnapshotColumns(_schema, _options.Candidates);
        DrawUser();
        for (int candidate = 0; candidate < _options.Candidates; candidate++)
        {
            AddRow(rows);
        }

        return rows;
    }

    /// <summary>Appends the snapshot of an impression; a new user every <see cref="BenchmarkOptions.Impressions"/>.</summary>
    public void AddImpression(SnapshotColumns rows)
    {
        if (rows.Count % _options.Impressions == 0)
        {
            DrawUser();
        }

        AddRow(rows);
    }

    private void DrawUser()
    {
        for (int slot = 0; slot < _user.Length; slot++)
        {
            _user[slot] = DrawId(SlotGroups.Of(slot, _options));
        }

        foreach (ref ulong item in _history.AsSpan())
        {
            item = DrawId(SlotGroups.Item);
        }
    }

    private void AddRow(SnapshotColumns rows)
    {
        _ = rows.BeginRow();
        for (int slot = 0; slot < _options.Slots; slot++)
        {
            rows.AddId(slot < _user.Length ? _user[slot] : DrawId(SlotGroups.Of(slot, _options)));
            rows.EndSlot();
        }

        for (int place = 0; place < _history.Length; place++)
        {
            rows.AddHistory(_history[place], behaviour: 0, Now - (Milliseconds.Minute * place));
        }

        rows.EndRow(biasId: 0, referenceBiasId: 0);
    }

    // Ids as hashed features have them: popular ones are not neighbours.
    private ulong DrawId(int group) =>
        SplitMix64.Mix((ulong)group, (ulong)_popularity.Draw(_random.NextDouble()));
}

using DuckDB.NET.Data;
using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Samples;
using Freshet.Samples.Files;
using Freshet.Scenes;
using Freshet.Tests.Storage;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>Label files are written where labels changed, and old cutoffs go with what they alone need.</summary>
public sealed class SampleRetentionTests : IDisposable
{
    private static readonly DateOnly s_day = new(2022, 5, 1);
    private readonly TemporaryFolder _folder = new();
    private int _shown;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_cutoff_writes_the_labels_of_the_hours_that_changed_and_shares_the_others()
    {
        var join = new Run(With(Cumulative), _folder.File("out"));
        for (int hour = 0; hour < 5; hour++)
        {
            join.Show($"r{hour}", FirstMay + (hour * Hour) + Minute);
        }

        join.Cut(FirstMay + (5 * Hour));
        join.Click("r1", FirstMay + Hour + (2 * Minute));

        join.Cut(FirstMay + (6 * Hour));

        SampleManifest before = join.Folder.Manifest(FirstMay + (5 * Hour)), after = join.Folder.Manifest(FirstMay + (6 * Hour));
        Assert.Equal([0, 1, 2, 3, 4], after.Labels.Select(entry => entry.Hour));
        Assert.Equal([1], after.Labels.Except(before.Labels).Select(entry => entry.Hour));
        Assert.Equal([false, true], ((SampleManifest[])[before, after]).Select(manifest => Labels(join.Folder, manifest.Cutoff)[1].Has(Click)));
        Assert.Equal(6, Files("labels").Length);
    }

    [Fact]
    public void An_hour_whose_samples_have_all_moved_is_no_longer_named()
    {
        var join = new Run(With(Cumulative), _folder.File("out"));
        join.Show("r0", FirstMay + Minute);
        join.Show("r1", FirstMay + (3 * Hour), "late");
        join.Cut(FirstMay + (4 * Hour));
        join.Show("r1", FirstMay + Hour, "early"); // an earlier impression of the same identity

        join.Cut(FirstMay + (5 * Hour));

        Assert.Equal([0, 1], join.Folder.Manifest(FirstMay + (5 * Hour)).Labels.Select(entry => entry.Hour));
        Assert.Equal([0, 3], join.Folder.Manifest(FirstMay + (4 * Hour)).Labels.Select(entry => entry.Hour));
    }

    [Theory]
    [InlineData(3, 24, 3)]
    [InlineData(100, 2, 3)]
    [InlineData(1, 24, 1)]
    [InlineData(100, 0, 1)]
    [InlineData(100, 24, 8)]
    public void Cutoffs_are_kept_by_count_and_age_and_each_reads_back_whole(int keep, int hours, int expected)
    {
        Scene scene = With(Cumulative) with { Samples = new SampleOptions { Keep = keep, KeepFor = TimeSpan.FromHours(hours) } };
        var join = new Run(scene, _folder.File("out"));
        var labels = new Dictionary<long, List<LabelledSample>>();
        for (int hour = 1; hour <= 8; hour++)
        {
            join.Show($"r{_shown++}", FirstMay + (hour * Hour) - (30 * Minute));
            join.Click("r0", FirstMay + (31 * Minute) + hour);
            join.Cut(FirstMay + (hour * Hour));
            labels[FirstMay + (hour * Hour)] = Labels(join.Folder, FirstMay + (hour * Hour));
        }

        Assert.Equal(labels.Keys.TakeLast(expected), join.Folder.Cutoffs);
        Assert.Equal(join.Folder.Cutoffs[0], join.Folder.First);
        Assert.Equal(8 - expected, join.Folder.RemovedCutoffs);
        Assert.All(join.Folder.Cutoffs, cutoff => Assert.Equal(Plain(labels[cutoff]), Plain(Labels(join.Folder, cutoff))));
        HashSet<string> named = [.. join.Folder.Cutoffs.Select(join.Folder.Manifest).SelectMany(manifest => manifest.Labels).Select(entry => entry.Path)];
        Assert.Equal(named.Order(), Files("labels").Order());
    }

    [Fact]
    public void What_a_killed_commit_or_removal_left_behind_goes_with_the_next_commit()
    {
        Scene scene = With(Cumulative);
        string root = _folder.File("out");
        var join = new Run(scene, root);
        join.Show("r0", FirstMay + Minute);
        join.Cut(FirstMay + Hour);
        string[] leftOvers = ["labels/day=2022-05-01/hour=07/1.parquet", "features/day=2022-05-01/hour=07/1-20220501.parquet", "manifests/1.json.unfinished"];
        foreach (string path in leftOvers.Select(path => Path.Combine(root, "test", path)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "half");
        }

        join.Folder = new SampleFolder(root, scene);
        join.Cut(FirstMay + (2 * Hour));

        Assert.DoesNotContain(leftOvers, path => File.Exists(Path.Combine(root, "test", path)));
        Assert.Single(Labels(join.Folder, FirstMay + (2 * Hour)));
    }

    [Fact]
    public void A_removed_cutoff_that_is_joined_again_stays_removed_and_one_that_never_was_is_refused()
    {
        Scene scene = With(Cumulative) with { Samples = new SampleOptions { Keep = 2 } };
        string root = _folder.File("out");
        var join = new Run(scene, root);
        join.Show("r0", FirstMay + Minute);
        for (int hour = 1; hour <= 4; hour++)
        {
            join.Cut(FirstMay + (hour * Hour));
        }

        var output = new SampleOutput(root, scene, null);

        Assert.False(output.TryWrite(FirstMay + Hour, join.Table));
        Assert.Equal([FirstMay + (3 * Hour), FirstMay + (4 * Hour)], output.Folder.Cutoffs);
        Assert.Throws<SampleFileException>(() => output.TryWrite(FirstMay + (3 * Hour) + 1, join.Table));
        Assert.Throws<SampleFileException>(() => output.Check(FirstMay + Hour));
    }

    [Fact]
    public void DuckDB_reads_a_cutoff_by_its_manifest()
    {
        var join = new Run(With(Cumulative), _folder.File("out"));
        join.Show("r0", FirstMay + Minute);
        join.Show("r1", FirstMay + Hour + Minute);
        join.Cut(FirstMay + (2 * Hour));
        join.Click("r1", FirstMay + Hour + (2 * Minute));
        join.Cut(FirstMay + (3 * Hour));
        string root = _folder.File("out/test");

        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText =
            $"""
            SET VARIABLE labels = (SELECT list('{root}/' || file.path) FROM (SELECT unnest(labels) AS file FROM read_json('{root}/manifests/{FirstMay + (3 * Hour)}.json')));
            SELECT count(*)::INT || ' ' || sum(label_click)::INT FROM read_parquet(getvariable('labels'));
            """;

        Assert.Equal("2 1", command.ExecuteScalar());
    }

    [Fact]
    public void Samples_of_the_format_before_are_refused_with_both_versions()
    {
        string path = _folder.File("out/test/manifests/1.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, """{ "format": 1, "scene": "test", "cutoff": 1, "first": 1, "features": [], "labels": [], "checksum": "" }""");

        var refused = Assert.Throws<SampleFileException>(() => new SampleFolder(_folder.File("out"), With(Cumulative)));

        Assert.Equal(
            $"Manifest '{path}' has format 1; this version reads format 2. Nothing was changed. Use the version that wrote it, or join into another folder.",
            refused.Message);
    }

    private static List<LabelledSample> Labels(SampleFolder folder, long cutoff) => [.. folder.Load(cutoff, s_day).Day(s_day)];

    private static IEnumerable<LabelledSample> Plain(List<LabelledSample> samples) => samples.Select(sample => sample with { Row = 0 });

    private string[] Files(string kind)
    {
        string root = _folder.File("out/test");
        return [.. Directory.GetFiles(Path.Combine(root, kind), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path))];
    }

    /// <summary>A join that commits each cutoff.</summary>
    private sealed class Run(Scene scene, string root)
    {
        private readonly Joiner _joiner = new(scene);

        public SampleTable Table { get; } = new(scene, keepImpressions: true);

        public SampleFolder Folder { get; set; } = new(root, scene);

        public void Show(string request, long at, string id = "i")
        {
            BehaviourEvent e = Line.Impression($"{id}-{request}", at, "u", request).ToEvent();
            Table.Features.BeginRow();
            int row = Table.Features.EndRow(0, 0);
            Table.Impressions!.Add(e);
            _joiner.Add(e, row);
        }

        public void Click(string request, long at) => _joiner.Add(new Line("click", $"c{request}-{at}", at, "u", request).ToEvent(), -1);

        public void Cut(long cutoff)
        {
            _joiner.Cut(cutoff, Table);
            Folder.Commit(cutoff, Table);
        }
    }
}

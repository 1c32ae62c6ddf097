using System.CommandLine;
using System.Globalization;
using Freshet.Cli.Output;
using Freshet.Experiments.Benchmarking;
using Freshet.Models;

namespace Freshet.Cli.Commands;

/// <summary>The options of <c>bench train</c> and <c>bench rank</c>; bench/peers/torch_step.py has the same.</summary>
internal sealed class BenchOptions
{
    private const int MostLayers = 16, MostUnits = 4096;
    private static readonly BenchmarkOptions s_default = new();
    private readonly CountOption _batch = new("--batch", "Samples of a step", s_default.Batch, 1, 65_536);
    private readonly CountOption _slots = new("--slots", "Slots of one id each, half of them the user's", s_default.Slots, 2, 1000);
    private readonly CountOption _dim = new("--dim", "Floats of an embedding row", s_default.Dim, 1, 256);
    private readonly CountOption _history = new("--history", "Items of a user's history", s_default.History, 0, 50);
    private readonly CountOption _attention = new("--attention", "Hidden units of an attention", s_default.Attention, 1, 256);
    private readonly CountOption _negatives = new("--negatives", "Negatives of the auxiliary loss", s_default.Negatives, 0, 1000);
    private readonly CountOption _tasks = new("--tasks", "Tasks, each the parent of the next", s_default.Tasks, 1, 32);
    private readonly CountOption _vocabulary = new("--vocabulary", "Ids of a group of slots; there are four", s_default.Vocabulary, 1, 10_000_000);
    private readonly CountOption _threads = new("--threads", "Threads", s_default.Threads, 1, 1024);
    private readonly CountOption _requests;
    private readonly bool _ranks;
    private readonly Option<string> _layers = new("--layers")
    {
        Description = "Units of each layer of a tower, separated by commas.",
        DefaultValueFactory = _ => string.Join(',', s_default.Layers),
    };

    private readonly Option<double> _zipf = new("--zipf")
    {
        Description = "Exponent of the popularity of ids, 0 to 10.",
        DefaultValueFactory = _ => s_default.Zipf,
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Time to measure, after the warm-up, 0.05 to 3600.",
        DefaultValueFactory = _ => s_default.Duration.TotalSeconds,
    };

    private readonly Option<string> _model = new("--model")
    {
        Description = $"Model of the zoo: {string.Join(", ", RankingModel.Zoo)}.",
        DefaultValueFactory = _ => BenchmarkOptions.DefaultModel,
    };

    private BenchOptions(CountOption requests, bool ranks) => (_requests, _ranks) = (requests, ranks);

    /// <summary>All of them, for the command.</summary>
    public IEnumerable<Option> All =>
    [
        _model, _batch.Option, _slots.Option, _dim.Option, _history.Option, _attention.Option, _negatives.Option, _layers, _tasks.Option,
        _vocabulary.Option, _zipf, _requests.Option, _threads.Option, _seconds,
    ];

    public static BenchOptions ForTraining() => new(
        new CountOption("--impressions", "Samples of a request, side by side in a batch", s_default.Impressions, 1, 10_000), ranks: false);

    public static BenchOptions ForRanking() => new(
        new CountOption("--candidates", "Candidates of a request", s_default.Candidates, 1, 10_000), ranks: true);

    /// <summary>What was asked for.</summary>
    /// <exception cref="WrongUseException">Values are out of their ranges; the message names all of them.</exception>
    public BenchmarkOptions Read(ParseResult result)
    {
        var mistakes = new List<string>();
        var options = new BenchmarkOptions
        {
            Model = ReadModel(result, mistakes),
            Batch = _batch.Read(result, mistakes),
            Slots = _slots.Read(result, mistakes),
            Dim = _dim.Read(result, mistakes),
            History = _history.Read(result, mistakes),
            Attention = _attention.Read(result, mistakes),
            Negatives = _negatives.Read(result, mistakes),
            Layers = ReadLayers(result, mistakes),
            Tasks = _tasks.Read(result, mistakes),
            Vocabulary = _vocabulary.Read(result, mistakes),
            Zipf = ReadReal(_zipf, 0, 10, result, mistakes),
            Threads = _threads.Read(result, mistakes),
        };
        int requests = _requests.Read(result, mistakes);
        options = _ranks ? options with { Candidates = requests } : options with { Impressions = requests };
        double seconds = ReadReal(_seconds, 0.05, 3600, result, mistakes);
        return mistakes.Count == 0
            ? options with { Duration = TimeSpan.FromSeconds(seconds) }
            : throw new WrongUseException($"{string.Join(' ', mistakes)} Nothing was started.");
    }

    private static double ReadReal(Option<double> option, double least, double most, ParseResult result, List<string> mistakes)
    {
        double number = result.GetValue(option);
        if (!(number >= least && number <= most))
        {
            mistakes.Add(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {number}; use {least} to {most}."));
        }

        return number;
    }

    private string ReadModel(ParseResult result, List<string> mistakes)
    {
        string model = result.GetValue(_model)!;
        if (!RankingModel.Zoo.Contains(model))
        {
            mistakes.Add($"--model is '{model}'; use one of {string.Join(", ", RankingModel.Zoo)}.");
        }

        return model;
    }

    private int[] ReadLayers(ParseResult result, List<string> mistakes)
    {
        string text = result.GetValue(_layers)!;
        var layers = new List<int>();
        foreach (string part in text.Split(','))
        {
            bool isNumber = int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int units);
            layers.Add(isNumber && units <= MostUnits ? units : 0);
        }

        if (layers.Count > MostLayers || layers.Contains(0))
        {
            mistakes.Add($"--layers is '{text}'; use 1 to {MostLayers} numbers of 1 to {MostUnits}, such as '256,128,64'.");
        }

        return [.. layers];
    }
}

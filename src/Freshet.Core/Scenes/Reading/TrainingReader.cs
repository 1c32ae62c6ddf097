using System.Globalization;

namespace Freshet.Core.Scenes.Reading;

/// <summary>Reads <c>training</c>.</summary>
internal static class TrainingReader
{
    private static readonly (string, BaseStart)[] s_starts = [("scratch", BaseStart.Scratch), ("previous", BaseStart.Previous)];
    private static readonly (string, Restart)[] s_restarts = [("base", Restart.Base), ("previous", Restart.Previous)];

    private static readonly (string, SparseGradient)[] s_gradients = [("sum", SparseGradient.Sum), ("mean", SparseGradient.Mean)];

    public static TrainingOptions Read(Section root)
    {
        Section section = root.Child("training");
        TrainingOptions options = ReadSchedule(section, new TrainingOptions());
        options = OptimizersReader.ReadRows(section.Child("rows"), options);
        options = OptimizersReader.ReadWide(section.Child("wide"), options);
        options = OptimizersReader.ReadDense(section.Child("dense"), options);
        Section negatives = section.Child("negatives"), shuffle = section.Child("shuffle");
        options = options with
        {
            BatchSize = section.Integer("batch", options.BatchSize, 1, 65_536),
            SparseGradient = section.Choice("sparse_gradient", options.SparseGradient, s_gradients),
            NegativesKept = negatives.Number("keep", options.NegativesKept, NumberRange.PartOfAll),
            ShuffleWindow = shuffle.Integer("window", options.ShuffleWindow, 0, 10_000_000),
        };
        negatives.Close();
        shuffle.Close();
        section.Close();
        return options;
    }

    private static TrainingOptions ReadSchedule(Section section, TrainingOptions options)
    {
        Section baseModel = section.Child("base"), increment = section.Child("increment");
        options = options with
        {
            BaseAt = ReadTimeOfDay(baseModel, "at"),
            BaseWindow = baseModel.Duration("window", options.BaseWindow, TimeSpan.FromHours(1), TimeSpan.FromDays(365)),
            BaseStart = baseModel.Choice("start", options.BaseStart, s_starts),
            BaseEpochs = baseModel.Integer("epochs", options.BaseEpochs, 1, 20),
            IncrementEvery = increment.Duration("every", options.IncrementEvery, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)),
            Restart = increment.Choice("restart", options.Restart, s_restarts),
        };
        baseModel.Close();
        increment.Close();
        return options;
    }

    private static TimeSpan ReadTimeOfDay(Section section, string key)
    {
        if (section.Scalar(key) is not { } value)
        {
            return TimeSpan.Zero;
        }

        if (TimeOnly.TryParseExact(value.Text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time))
        {
            return time.ToTimeSpan();
        }

        section.Report(key, $"{value.Found} is no time of day.", "Write \"HH:MM\", from \"00:00\" to \"23:59\".");
        return TimeSpan.Zero;
    }
}

using System.Globalization;

namespace Freshet.Core.Scenes.Reading;

/// <summary>Reads <c>training</c>.</summary>
internal static class TrainingReader
{
    private static readonly (string, BaseStart)[] s_starts = [("scratch", BaseStart.Scratch), ("previous", BaseStart.Previous)];
    private static readonly (string, Restart)[] s_restarts = [("base", Restart.Base), ("previous", Restart.Previous)];

    public static TrainingOptions Read(Section root)
    {
        Section section = root.Child("training");
        Section baseModel = section.Child("base"), increment = section.Child("increment");
        Section rows = section.Child("rows"), wide = section.Child("wide"), dense = section.Child("dense");
        var standard = new TrainingOptions();
        var options = new TrainingOptions
        {
            BaseAt = ReadTimeOfDay(baseModel, "at"),
            BaseWindow = baseModel.Duration("window", standard.BaseWindow, TimeSpan.FromHours(1), TimeSpan.FromDays(365)),
            BaseStart = baseModel.Choice("start", standard.BaseStart, s_starts),
            BaseEpochs = baseModel.Integer("epochs", standard.BaseEpochs, 1, 20),
            IncrementEvery = increment.Duration("every", standard.IncrementEvery, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)),
            Restart = increment.Choice("restart", standard.Restart, s_restarts),
            BatchSize = section.Integer("batch", standard.BatchSize, 1, 65_536),
            RowLearningRate = rows.Number("learning_rate", standard.RowLearningRate, NumberRange.Positive),
            RowInitialAccumulator = rows.Number("initial_accumulator", standard.RowInitialAccumulator, NumberRange.Positive),
            WideAlpha = wide.Number("alpha", standard.WideAlpha, NumberRange.Positive),
            WideBeta = wide.Number("beta", standard.WideBeta, NumberRange.NotNegative),
            WideL1 = wide.Number("l1", standard.WideL1, NumberRange.NotNegative),
            WideL2 = wide.Number("l2", standard.WideL2, NumberRange.NotNegative),
            DenseLearningRate = dense.Number("learning_rate", standard.DenseLearningRate, NumberRange.Positive),
        };
        foreach (Section group in new[] { baseModel, increment, rows, wide, dense, section })
        {
            group.Close();
        }

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

using System.Globalization;

namespace Freshet.Tests.Simulation;

/// <summary>
/// Logistic regression over user, host, category, age range × category, user × category and position, learnt in order by
/// Adagrad; it sees what was shown up to ten minutes before the last whole period, with its final labels.
/// </summary>
internal static class PeriodicRegression
{
    private const float LearningRate = 0.1f;
    private const long HeldBackMs = 10 * 60 * 1000;

    public static float[] Predict(PlatformRun run, bool[] clicked, long periodMs)
    {
        int[][] features = Features(run);
        int weights = features.Max(row => row.Max()) + 1;
        float[] w = new float[weights], n = new float[weights], predictions = new float[clicked.Length];
        Array.Fill(n, 0.1f);
        long start = run.Options.Start.ToUnixTimeMilliseconds();
        for (int i = 0, learnt = 0; i < predictions.Length; i++)
        {
            long cutoff = start + ((run.Shown[i].At - start) / periodMs * periodMs);
            for (; run.Shown[learnt].At < cutoff - HeldBackMs; learnt++)
            {
                float g = Probability(w, features[learnt]) - (clicked[learnt] ? 1 : 0);
                foreach (int id in features[learnt])
                {
                    n[id] += g * g;
                    w[id] -= LearningRate * g / MathF.Sqrt(n[id]);
                }
            }

            predictions[i] = Probability(w, features[i]);
        }

        return predictions;
    }

    private static float Probability(float[] w, int[] ids)
    {
        float logit = -1.4f;
        foreach (int id in ids)
        {
            logit += w[id];
        }

        return 1 / (1 + MathF.Exp(-logit));
    }

    private static int[][] Features(PlatformRun run)
    {
        Dictionary<string, string> profiles = run.Arrivals.Where(seen => seen.Type == "profile")
            .ToDictionary(seen => seen.UserId + seen.ItemId, seen => seen.Features);
        var ids = new Dictionary<string, int>();
        return [.. run.Shown.Select(shown =>
        {
            string age = profiles[$"u{shown.User}"], category = profiles[$"h{shown.Host}"];
            string[] names =
            [
                $"u{shown.User}", $"h{shown.Host}", category, age + category, $"u{shown.User}{category}",
                shown.Position.ToString(CultureInfo.InvariantCulture),
            ];
            return names.Select(Id).ToArray();
        })];

        int Id(string name)
        {
            if (!ids.TryGetValue(name, out int id))
            {
                id = ids.Count;
                ids.Add(name, id);
            }

            return id;
        }
    }
}

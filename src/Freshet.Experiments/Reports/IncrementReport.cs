namespace Freshet.Experiments.Reports;

/// <summary>The report of <c>bench increment</c>.</summary>
/// <param name="Samples">Samples of the day.</param>
/// <param name="Threads">Threads that learnt.</param>
/// <param name="Increments">One entry an increment.</param>
/// <param name="AreEqual">Whether exact and naive models were equal, bit for bit, after every increment.</param>
public sealed record IncrementReport(int Samples, int Threads, IReadOnlyList<IncrementTick> Increments, bool AreEqual);

/// <summary>One increment.</summary>
/// <param name="Hour">Hours since the day began.</param>
/// <param name="DaySamples">Samples that it is made of; the naive way learns all.</param>
/// <param name="Learnt">Samples that the exact way learnt: from the last checkpoint before the first change on.</param>
/// <param name="ExactSeconds">What that took, the choice of samples and the return to the checkpoint included.</param>
/// <param name="NaiveSeconds">What learning the whole day took.</param>
/// <param name="Checkpoints">Checkpoints along the day.</param>
/// <param name="CheckpointBytes">Memory they take.</param>
public sealed record IncrementTick(
    double Hour, int DaySamples, int Learnt, double ExactSeconds, double NaiveSeconds, int Checkpoints, long CheckpointBytes);

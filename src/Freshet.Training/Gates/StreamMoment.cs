using Freshet.Models;

namespace Freshet.Training.Gates;

/// <summary>What one moment of a streaming track gave.</summary>
/// <param name="Learnt">Samples.</param>
/// <param name="Changes">What the model has that the last version had not.</param>
/// <param name="Gates">The verdict.</param>
/// <param name="Blamed">Samples that bases are not to learn until they are judged again; null: none.</param>
public sealed record StreamMoment(int Learnt, ModelChanges Changes, GateReport Gates, SampleSpan? Blamed);

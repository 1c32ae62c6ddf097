using Freshet.Core.Samples;

namespace Freshet.Samples.Files;

/// <summary>Says whether a reader should deliver a sample; asked before its features are read. Its row is not known yet.</summary>
public delegate bool SampleFilter(in LabelledSample sample);

using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Sync;

namespace Freshet.Serving;

/// <summary>One version while it is served; never changed while it is visible or leased (<see cref="LiveModel"/>).</summary>
/// <param name="Version">Its name.</param>
/// <param name="Manifest">What it says of itself.</param>
/// <param name="Model">Read by any number of threads, trained by none.</param>
public sealed record ServedModel(ModelVersion Version, ModelManifest Manifest, RankingModel Model);

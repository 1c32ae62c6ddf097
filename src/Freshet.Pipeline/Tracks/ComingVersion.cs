using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Sync;

namespace Freshet.Pipeline.Tracks;

/// <summary>A version on its way to being live.</summary>
/// <param name="At">When it is live, ms since the epoch.</param>
/// <param name="Version">Its name.</param>
/// <param name="BringsBase">Whether it is the first of a base: the base itself, or an increment on it.</param>
/// <param name="Manifest">What it says of itself, where it is handed over in this process; null where the store has it.</param>
/// <param name="Changes">What it changes in the version before, where it is handed over in this process.</param>
internal sealed record ComingVersion(long At, ModelVersion Version, bool BringsBase, ModelManifest? Manifest = null, ModelChanges? Changes = null);

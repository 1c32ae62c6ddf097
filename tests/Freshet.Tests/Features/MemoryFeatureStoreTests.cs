using Freshet.Core.Ports;
using Freshet.Features.Windows;
using Freshet.Scenes;
using Freshet.Tests.Contracts;

namespace Freshet.Tests.Features;

/// <summary>The windows in the memory of this process.</summary>
public sealed class MemoryFeatureStoreTests : FeatureStoreContract
{
    protected override IFeatureStore Open(Scene scene) => new MemoryFeatureStore(scene);
}

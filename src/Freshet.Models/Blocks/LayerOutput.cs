namespace Freshet.Models.Blocks;

/// <summary>What a layer of networks side by side gives to the next.</summary>
/// <param name="Matrix">[samples × networks·units], each network's part padded to 32.</param>
/// <param name="Gradient">Its gradient, of the same shape; whoever reads the output writes it.</param>
/// <param name="Units">Units of each network.</param>
internal readonly record struct LayerOutput(int Matrix, int Gradient, int Units);

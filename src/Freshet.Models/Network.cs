using Freshet.Models.Batches;
using Freshet.Models.Blocks;
using Freshet.Models.Inputs;
using Freshet.Models.Parameters;

namespace Freshet.Models;

/// <summary>Puts the blocks of a model together, in the order of their forward pass.</summary>
internal static class Network
{
    public static Block[] Build(
        ModelShape shape, DenseParameters parameters, WorkspacePlan plan, ModelInputs inputs, SparseInput sparse, RowLearner learner)
    {
        var blocks = new List<Block> { sparse };
        if (shape.Blocks.History == HistoryKind.Dmr)
        {
            var history = new HistoryProjection(shape, parameters, plan);
            var userToItem = new UserToItem(shape, parameters, plan, inputs, history);
            blocks.AddRange([history, new ItemToItem(shape, parameters, plan, inputs, history), userToItem]);
            learner.RowGradients = (history.RowGradient, userToItem.Matched, userToItem.ChoiceRows);
        }

        if (shape.Blocks.History == HistoryKind.Din)
        {
            var interest = new DeepInterest(shape, parameters, plan, inputs);
            blocks.Add(interest);
            learner.RowGradients = (interest.RowGradient, -1, -1);
        }

        if (shape.Blocks.Fm)
        {
            blocks.Add(new FmBlock(shape, parameters, plan, inputs));
        }

        return [.. blocks, .. Body(new BodyBuilder(shape, parameters, plan, inputs))];
    }

    private static IEnumerable<Block> Body(BodyBuilder body)
    {
        switch (body.Shape.Blocks.Body)
        {
            case BodyKind.Towers:
                ResidualTowers.Add(body);
                break;
            case BodyKind.Mmoe:
                MixtureOfExperts.Add(body);
                break;
            case BodyKind.Ple:
                LayeredExtraction.Add(body);
                break;
            case BodyKind.Cross:
                CrossNetwork.Add(body);
                break;
        }

        return body.Blocks;
    }
}

package io.gramian.bench.torch;

import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.OpCases;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** An op as its authors write it in PyTorch: ops of tensors, gradients by autograd. */
interface TorchExpression {
  /** The first result of the op, of inputs by their names. */
  Tensor result(Map<String, Tensor> inputs);

  /** The expression of a case. */
  static TorchExpression of(CaseShape shape) {
    return switch (shape.op()) {
      case "gram", "logdet", "volume" -> SampleExpressions.of(shape.op());
      case OpCases.MATMUL, "similarity" -> inputs -> Tuples.scores(shape, inputs);
      case "contrastive" -> new ContrastiveLoss(shape);
      case "nway" -> new NwayTensor();
      case "topk" -> inputs -> Tuples.scores(shape, inputs).topk(10).get0();
      case "sample-negatives" -> new Draws(shape);
      case "matching" ->
          inputs -> torch.cross_entropy_loss(inputs.get("logits"), inputs.get("labels"));
      case "mmd" -> new MmdLoss();
      case "semantic-density" -> new SemanticDensityLoss();
      case "nt-xent" -> new NtXentLoss();
      case "clip-matched" -> new ClipMatchedLoss(Math.max(1, shape.batch() / 4));
      case "set-clip" -> new SetClipLoss(Math.max(1, shape.batch() / 4));
      case "pointcloud-embed", "pointcloud-similarity", "pointcloud-contrastive" ->
          CloudExpressions.of(shape.op());
      default -> throw new IllegalArgumentException("no expression of " + shape.op());
    };
  }
}

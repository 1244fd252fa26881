package io.gramian.bench.torch;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** A loss as its authors write it in PyTorch: ops of tensors, gradients by autograd. */
interface TorchExpression {
  /** The loss, a scalar, of inputs by their names. */
  Tensor loss(Map<String, Tensor> inputs);

  /** The expression of a loss. */
  static TorchExpression of(String op) {
    return switch (op) {
      case "contrastive" -> new GramLoss();
      case "mmd" -> new MmdLoss();
      case "semantic-density" -> new SemanticDensityLoss();
      case "nt-xent" -> new NtXentLoss();
      default -> throw new IllegalArgumentException("no expression of " + op);
    };
  }
}

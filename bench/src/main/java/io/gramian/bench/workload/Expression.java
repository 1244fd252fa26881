package io.gramian.bench.workload;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** An op in terms of tensors of PyTorch; gradients by autograd. */
@FunctionalInterface
public interface Expression {
  /** The first result of the op, of inputs by their names. */
  Tensor result(Map<String, Tensor> inputs);
}

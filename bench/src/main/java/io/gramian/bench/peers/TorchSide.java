package io.gramian.bench.peers;

import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.bench.workload.Expression;
import io.gramian.bench.workload.Problem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** An op by an expression of PyTorch and autograd. */
final class TorchSide implements Side {
  private final Expression expression;
  private final String result;
  private final boolean isComparable;
  private final List<String> differentiable;
  private final Map<String, org.bytedeco.pytorch.Tensor> inputs = new LinkedHashMap<>();
  private final org.bytedeco.pytorch.Tensor upstream;
  private org.bytedeco.pytorch.Tensor last;

  /** Wraps the inputs; those of f32 without a copy. {@link Torch#load} comes first. */
  TorchSide(Problem one, Expression expression) {
    this.expression = expression;
    result = one.results().getFirst();
    isComparable = !one.isRandom();
    differentiable = one.differentiable();
    one.inputs()
        .asMap()
        .forEach(
            (name, tensor) ->
                inputs.put(name, wrap(tensor).set_requires_grad(differentiable.contains(name))));
    upstream = inputs.get("grad_" + result);
  }

  @Override
  public void run() {
    for (String name : differentiable) {
      inputs.get(name).mutable_grad().reset();
    }
    if (last != null) {
      last.close();
    }
    // Frees the graph at once; the garbage collector would come too late.
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(!differentiable.isEmpty())) {
      org.bytedeco.pytorch.Tensor computed = expression.result(inputs);
      if (!differentiable.isEmpty()) {
        if (upstream == null) {
          computed.backward();
        } else {
          computed.backward(upstream, new BoolOptional(), false, new TensorArrayRefOptional());
        }
      }
      last = computed.detach();
      last.retainReference();
    }
  }

  @Override
  public Map<String, double[]> results() {
    if (!isComparable) {
      return Map.of();
    }
    Map<String, double[]> results = new LinkedHashMap<>();
    results.put(result, values(last));
    for (String name : differentiable) {
      try (PointerScope _ = new PointerScope()) {
        results.put("grad_" + name, values(inputs.get(name).grad()));
      }
    }
    return results;
  }

  @Override
  public void close() {
    if (last != null) {
      last.close();
    }
    inputs.values().forEach(org.bytedeco.pytorch.Tensor::close);
  }

  private static org.bytedeco.pytorch.Tensor wrap(Tensor tensor) {
    ByteBuffer bytes = tensor.memory().asByteBuffer().order(ByteOrder.nativeOrder());
    long[] shape = tensor.spec().shape();
    if (tensor.dtype() == DType.I32) {
      // Targets must be 64-bit numbers.
      return torch
          .from_blob(
              new IntPointer(bytes.asIntBuffer()), shape, new TensorOptions(torch.ScalarType.Int))
          .to(torch.ScalarType.Long);
    }
    return torch.from_blob(new FloatPointer(bytes.asFloatBuffer()), shape);
  }

  private static double[] values(org.bytedeco.pytorch.Tensor tensor) {
    try (PointerScope _ = new PointerScope()) {
      org.bytedeco.pytorch.Tensor packed = tensor.contiguous();
      float[] values = new float[Math.toIntExact(packed.numel())];
      packed.data_ptr_float().get(values);
      double[] wide = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        wide[i] = values[i];
      }
      return wide;
    }
  }
}

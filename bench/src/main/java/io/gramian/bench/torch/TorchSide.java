package io.gramian.bench.torch;

import io.gramian.Tensor;
import io.gramian.bench.losses.LossCase;
import io.gramian.bench.losses.Side;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/** A loss by its published PyTorch expression and autograd. */
public final class TorchSide implements Side {
  private final TorchExpression expression;
  private final List<String> differentiable;
  private final Map<String, org.bytedeco.pytorch.Tensor> inputs = new LinkedHashMap<>();
  private double loss;

  /** Wraps the inputs, without a copy. {@link Torch#load} comes first. */
  public TorchSide(LossCase loss) {
    expression = TorchExpression.of(loss.shape().op());
    differentiable = loss.differentiable();
    loss.inputs()
        .asMap()
        .forEach(
            (name, tensor) ->
                inputs.put(name, wrap(tensor).set_requires_grad(differentiable.contains(name))));
  }

  @Override
  public void run() {
    for (String name : differentiable) {
      inputs.get(name).mutable_grad().reset();
    }
    // Frees the graph at once; the garbage collector would come too late.
    try (PointerScope _ = new PointerScope()) {
      org.bytedeco.pytorch.Tensor result = expression.loss(inputs);
      result.backward();
      loss = result.item_float();
    }
  }

  @Override
  public Map<String, double[]> results() {
    Map<String, double[]> results = new LinkedHashMap<>();
    results.put("loss", new double[] {loss});
    for (String name : differentiable) {
      results.put("grad_" + name, values(inputs.get(name)));
    }
    return results;
  }

  @Override
  public void close() {
    inputs.values().forEach(org.bytedeco.pytorch.Tensor::close);
  }

  private static org.bytedeco.pytorch.Tensor wrap(Tensor tensor) {
    FloatBuffer buffer =
        tensor.memory().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    return torch.from_blob(new FloatPointer(buffer), tensor.spec().shape());
  }

  private static double[] values(org.bytedeco.pytorch.Tensor input) {
    try (PointerScope _ = new PointerScope()) {
      org.bytedeco.pytorch.Tensor gradient = input.grad().contiguous();
      float[] values = new float[Math.toIntExact(gradient.numel())];
      gradient.data_ptr_float().get(values);
      double[] wide = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        wide[i] = values[i];
      }
      return wide;
    }
  }
}

package io.gramian.torch;

import io.gramian.Device;
import io.gramian.Outputs;
import io.gramian.ParameterException;
import io.gramian.PlanOptions;
import io.gramian.Stream;
import io.gramian.bridge.Bridge;
import io.gramian.op.Loss;
import io.gramian.op.Names;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs ops on tensors of a PyTorch stack, as {@link Bridge} says; on a CUDA device the work goes on
 * PyTorch's current stream.
 *
 * <p>Neither stack lets Java code define the backward pass of a function. Hence gradients are
 * computed together with the loss and handed to autograd: {@code backward} runs the backward pass
 * of the model, once for all inputs, and {@link #loss} gives a scalar that autograd can go on with.
 * Gradients of gradients are not to be had; they are constants.
 *
 * @param <T> the tensors of the stack
 */
public abstract sealed class TorchBridge<T> extends Bridge<T> permits DjlBridge, JavaCppBridge {
  private final StackTensors<T> stack;

  /**
   * A bridge to the loaded libtorch.
   *
   * @param device the only device to use, or null
   * @param options of all plans
   */
  TorchBridge(StackTensors<T> stack, Device device, PlanOptions options) {
    super(stack, device, options);
    this.stack = stack;
  }

  /**
   * {@return PyTorch's current stream of the device of a tensor} Closing it leaves PyTorch's alone.
   *
   * @param tensor of the stack
   */
  public final synchronized Stream stream(T tensor) {
    return currentStream(device(describe(tensor).place()));
  }

  @Override
  protected final Stream currentStream(Device device) {
    return device.place().isHost()
        ? device.defaultStream()
        : device.wrapStream(stack.libtorch().currentCudaStream(device.place().ordinal()));
  }

  /**
   * {@return the loss as a scalar tensor of the stack, f32 (f64 for f64 data), that autograd can go
   * on with: weigh it, add other losses, then run the stack's own backward pass} Costs a product
   * and a sum over the inputs more than {@code backward}.
   *
   * @param loss what to compute
   * @param inputs the inputs by name
   * @throws ParameterException if no input requires a gradient
   */
  public final T loss(Loss loss, Map<String, T> inputs) {
    try (Outputs<T> result = lossAndGradients(loss, inputs)) {
      return differentiableLoss(loss, inputs, result);
    } finally {
      Reference.reachabilityFence(inputs);
    }
  }

  /** {@link #loss}, or a constant where no input requires a gradient. */
  final T value(Loss loss, Map<String, T> inputs) {
    Outputs<T> result = lossAndGradients(loss, inputs);
    if (result.names().size() == 1) {
      return result.get(Names.LOSS);
    }
    try (result) {
      return differentiableLoss(loss, inputs, result);
    } finally {
      Reference.reachabilityFence(inputs);
    }
  }

  /**
   * A scalar whose value is the loss and whose gradients are those of a result: the sum of inputs
   * times gradients, overwritten with the loss.
   */
  final T differentiableLoss(Loss loss, Map<String, T> inputs, Outputs<T> result) {
    List<T> roots = new ArrayList<>();
    List<T> gradients = new ArrayList<>();
    collectGradients(loss, inputs, result, roots, gradients);
    T scalar = sumOfProducts(roots, gradients);
    try {
      stack.libtorch().overwrite(stack.handle(scalar), stack.handle(result.get(Names.LOSS)));
      return scalar;
    } catch (RuntimeException e) {
      stack.close(scalar);
      throw e;
    }
  }

  private T sumOfProducts(List<T> recorded, List<T> constants) {
    T sum = stack.sumOfProduct(recorded.getFirst(), constants.getFirst());
    for (int i = 1; i < recorded.size(); i++) {
      T before = sum;
      try {
        T term = stack.sumOfProduct(recorded.get(i), constants.get(i));
        try {
          sum = stack.add(before, term);
        } finally {
          stack.close(term);
        }
      } finally {
        stack.close(before);
      }
    }
    return sum;
  }

  /** Lists the inputs that have a gradient in a result, and the gradients. */
  final void collectGradients(
      Loss loss, Map<String, T> inputs, Outputs<T> result, List<T> roots, List<T> gradients) {
    inputs.forEach(
        (name, tensor) -> {
          T gradient = result.find(Names.gradient(name));
          if (gradient != null) {
            roots.add(tensor);
            gradients.add(gradient);
          }
        });
    if (roots.isEmpty()) {
      throw new ParameterException(
          loss.name()
              + ": none of the inputs "
              + inputs.keySet()
              + " requires a gradient; "
              + stack.hint());
    }
  }
}

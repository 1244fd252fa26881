package io.gramian.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import io.gramian.Device;
import io.gramian.Outputs;
import io.gramian.ParameterException;
import io.gramian.PlanOptions;
import io.gramian.op.Loss;
import io.gramian.op.Modalities;
import java.lang.ref.Reference;
import java.util.Map;

/**
 * The bridge to DJL with its PyTorch engine ({@code ai.djl.pytorch:pytorch-engine}).
 *
 * <p>New arrays belong to the manager of the first input and are freed with it at the latest.
 */
public final class DjlBridge extends TorchBridge<NDArray> {
  private DjlBridge(StackTensors<NDArray> stack, Device device, PlanOptions options) {
    super(stack, device, options);
  }

  /**
   * {@return a bridge that takes arrays where they are: on the host with the {@code cpu} backend,
   * on a GPU with {@code cuda}} Loads DJL's PyTorch engine if nothing has yet.
   *
   * @throws LibtorchException if the engine or its natives are missing, or another libtorch is
   *     loaded too
   */
  public static DjlBridge open() {
    return open(null);
  }

  /**
   * {@return a bridge to one device, which stays the caller's; see {@link #open()}}
   *
   * @param device where to compute
   */
  public static DjlBridge open(Device device) {
    return open(device, PlanOptions.defaults());
  }

  /**
   * A bridge with options of all its plans, for instance a {@link PlanOptions#collective} by which
   * losses are those of a batch of many ranks.
   *
   * @param device the only one to use, which stays the caller's; null as in {@link #open()}
   * @param options of every plan that it makes
   * @return the bridge, to be closed
   * @throws io.gramian.ParameterException if the options accumulate or hold a workspace
   * @throws LibtorchException as {@link #open()}
   */
  public static DjlBridge open(Device device, PlanOptions options) {
    try {
      DjlTensors.loadEngine();
    } catch (LinkageError | RuntimeException e) {
      throw new LibtorchException(
          "cannot load DJL's PyTorch engine; expected ai.djl.pytorch:pytorch-engine, pytorch-jni"
              + " and pytorch-native-cpu (or -cu…) with the classifier of this platform on the"
              + " class path",
          e);
    }
    return new DjlBridge(new DjlTensors(Libtorch.loaded()), device, options);
  }

  /**
   * Computes the loss and runs the backward pass of everything that its inputs were computed from:
   * once, with all gradients at a time. Gradients add up in the arrays that require one, also in
   * learnable scalars among the inputs.
   *
   * @param collector the open one under which the inputs were computed
   * @param op what to compute
   * @param inputs arrays by name, see {@link Modalities#named}
   * @return the loss, and the gradients by those inputs that require one
   * @throws ParameterException if no input requires a gradient
   */
  public Outputs<NDArray> backward(
      GradientCollector collector, Loss op, Map<String, NDArray> inputs) {
    Outputs<NDArray> result = lossAndGradients(op, inputs);
    try {
      DjlTensors.backward(collector, differentiableLoss(op, inputs, result));
      return result;
    } catch (RuntimeException e) {
      result.close();
      throw e;
    } finally {
      Reference.reachabilityFence(inputs);
    }
  }
}

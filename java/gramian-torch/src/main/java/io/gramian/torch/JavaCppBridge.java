package io.gramian.torch;

import io.gramian.Device;
import io.gramian.Outputs;
import io.gramian.PlanOptions;
import io.gramian.op.Loss;
import io.gramian.op.Modalities;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The bridge to PyTorch for JavaCPP ({@code org.bytedeco:pytorch}).
 *
 * <p>New tensors belong to the {@link org.bytedeco.javacpp.PointerScope} in which the call is made,
 * if there is one, and are freed with it at the latest.
 */
public final class JavaCppBridge extends TorchBridge<Tensor> {
  private JavaCppBridge(StackTensors<Tensor> stack, Device device, PlanOptions options) {
    super(stack, device, options);
  }

  /**
   * {@return a bridge that takes tensors where they are: on the host with the {@code cpu} backend,
   * on a GPU with {@code cuda}} Loads PyTorch if nothing has yet.
   *
   * @throws LibtorchException if its natives are missing, or another libtorch is loaded too
   */
  public static JavaCppBridge open() {
    return open(null);
  }

  /**
   * {@return a bridge to one device, which stays the caller's; see {@link #open()}}
   *
   * @param device where to compute
   */
  public static JavaCppBridge open(Device device) {
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
  public static JavaCppBridge open(Device device, PlanOptions options) {
    loadLibrary();
    return new JavaCppBridge(new JavaCppTensors(Libtorch.loaded()), device, options);
  }

  /** Loads PyTorch if nothing has yet. */
  static void loadLibrary() {
    try {
      JavaCppTensors.loadLibrary();
    } catch (LinkageError e) {
      throw new LibtorchException(
          "cannot load PyTorch of JavaCPP; expected org.bytedeco:pytorch, openblas and javacpp,"
              + " each also with the classifier of this platform, on the class path",
          e);
    }
  }

  /**
   * Computes the loss and runs the backward pass of everything that its inputs were computed from:
   * once, with all gradients at a time. Gradients add up in the leaves, also of learnable scalars
   * among the inputs.
   *
   * @param op what to compute
   * @param inputs tensors by name, see {@link Modalities#named}
   * @return the loss, and the gradients by those inputs that require one
   * @throws io.gramian.ParameterException if no input requires a gradient
   */
  public Outputs<Tensor> backward(Loss op, Map<String, Tensor> inputs) {
    Outputs<Tensor> result = lossAndGradients(op, inputs);
    try {
      List<Tensor> roots = new ArrayList<>();
      List<Tensor> gradients = new ArrayList<>();
      collectGradients(op, inputs, result, roots, gradients);
      JavaCppTensors.backward(roots, gradients);
      return result;
    } catch (RuntimeException e) {
      result.close();
      throw e;
    } finally {
      Reference.reachabilityFence(inputs);
    }
  }
}

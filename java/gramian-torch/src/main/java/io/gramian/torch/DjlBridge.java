package io.gramian.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.training.GradientCollector;
import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.op.Op;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Map;

/**
 * The bridge to DJL with its PyTorch engine ({@code ai.djl.pytorch:pytorch-engine}).
 *
 * <p>New arrays belong to the manager of the first input and are freed with it at the latest.
 */
public final class DjlBridge extends TorchBridge<NDArray> {
  private static final String ENGINE = "PyTorch";

  private DjlBridge(Device device) {
    super(device);
  }

  /**
   * A bridge that takes arrays where they are: on the host with the {@code cpu} backend, on a GPU
   * with {@code cuda}. Loads DJL's PyTorch engine if nothing has yet.
   *
   * @throws LibtorchException if the engine or its natives are missing, or another libtorch is
   *     loaded too
   */
  public static DjlBridge open() {
    return open(null);
  }

  /** A bridge to one device, which stays the caller's; see {@link #open()}. */
  public static DjlBridge open(Device device) {
    try {
      Engine.getEngine(ENGINE);
    } catch (LinkageError | RuntimeException e) {
      throw new LibtorchException(
          "cannot load DJL's PyTorch engine; expected ai.djl.pytorch:pytorch-engine, pytorch-jni"
              + " and pytorch-native-cpu (or -cu…) with the classifier of this platform on the"
              + " class path",
          e);
    }
    return new DjlBridge(device);
  }

  /**
   * Computes the loss and runs the backward pass of everything that its inputs were computed from:
   * once, with all gradients at a time. Gradients add up in the arrays that require one, also in
   * learnable scalars among the inputs.
   *
   * @param collector the open one under which the inputs were computed
   * @param op an op with an output {@code loss}
   * @param inputs arrays by name, see {@link #tuple}
   * @return the loss, and the gradients by those inputs that require one
   * @throws ParameterException if the op has no loss, or no input requires a gradient
   */
  public TorchResult<NDArray> backward(
      GradientCollector collector, Op op, Map<String, NDArray> inputs) {
    TorchResult<NDArray> result = lossAndGradients(op, inputs);
    try (NDArray scalar = differentiableLoss(op, inputs, result);
        NDManager scope = scalar.getManager().newSubManager()) {
      // The collector leaves arrays behind in the manager of what it is given.
      scalar.attach(scope);
      collector.backward(scalar);
      return result;
    } catch (RuntimeException e) {
      result.close();
      throw e;
    } finally {
      Reference.reachabilityFence(inputs);
    }
  }

  @Override
  long handle(NDArray array) {
    if (!(array instanceof PtNDArray torchArray)) {
      throw new ParameterException(
          "expected an array of DJL's PyTorch engine, got a " + array.getClass().getSimpleName());
    }
    if (torchArray.isReleased()) {
      throw new ClosedException("an array is closed; expected an open one");
    }
    return torchArray.getHandle();
  }

  @Override
  boolean requiresGradient(NDArray array) {
    // DJL says so of leaves alone.
    return array.hasGradient() || isRecorded(array);
  }

  @Override
  NDArray allocate(NDArray like, DType dtype, long[] shape) {
    // Not by DJL's manager, whose native code aborts the process for bfloat16.
    return new PtNDArray(((PtNDArray) like).getManager(), allocateHandle(like, dtype, shape));
  }

  @Override
  NDArray sumOfProducts(List<NDArray> recorded, List<NDArray> constants) {
    NDArray sum = null;
    for (int i = 0; i < recorded.size(); i++) {
      try (NDArray wide = widened(constants.get(i));
          NDArray product = recorded.get(i).mul(wide);
          NDArray before = sum) {
        NDArray term = product.sum();
        if (before == null) {
          sum = term;
        } else {
          sum = before.add(term);
          term.close();
        }
      }
    }
    return sum;
  }

  /** A constant in f32 if it is narrower; DJL's casts are unseen by autograd. */
  private NDArray widened(NDArray constant) {
    return view(constant).dtype().bytes() < Float.BYTES
        ? constant.toType(DataType.FLOAT32, false)
        : constant.stopGradient();
  }

  @Override
  void close(NDArray array) {
    array.close();
  }

  @Override
  String denseCopy(String name) {
    return name + ".flatten().reshape(" + name + ".getShape())";
  }

  @Override
  String hint() {
    return "expected the output of a model computed under an open GradientCollector, or an array"
        + " with setRequiresGradient(true)";
  }
}

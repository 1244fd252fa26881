package io.gramian.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.training.GradientCollector;
import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.Place;
import io.gramian.TensorSpec;

/** Arrays of DJL's PyTorch engine. */
final class DjlTensors extends StackTensors<NDArray> {
  DjlTensors(Libtorch libtorch) {
    super(libtorch);
  }

  /** Loads the engine if nothing has yet. */
  static void loadEngine() {
    Engine.getEngine("PyTorch");
  }

  /** Runs the backward pass of a scalar and closes it. */
  static void backward(GradientCollector collector, NDArray scalar) {
    try (scalar;
        NDManager scope = scalar.getManager().newSubManager()) {
      // The collector leaves arrays behind in the manager of what it is given.
      scalar.attach(scope);
      collector.backward(scalar);
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
  public boolean requiresGradient(NDArray array) {
    // DJL says so of leaves alone.
    return array.hasGradient() || !libtorch().isLeaf(handle(array));
  }

  @Override
  public NDArray allocate(NDArray like, Place place, TensorSpec spec) {
    // Not by DJL's manager, whose native code aborts the process for bfloat16.
    long handle =
        libtorch()
            .empty(
                types().number(spec.dtype()),
                spec.shape(),
                types().deviceType(place),
                types().deviceIndex(place));
    return new PtNDArray(((PtNDArray) like).getManager(), handle);
  }

  @Override
  NDArray sumOfProduct(NDArray recorded, NDArray constant) {
    try (NDArray wide = widened(constant);
        NDArray product = recorded.mul(wide)) {
      return product.sum();
    }
  }

  @Override
  NDArray add(NDArray left, NDArray right) {
    return left.add(right);
  }

  /** A constant in f32 if it is narrower; DJL's casts are unseen by autograd. */
  private NDArray widened(NDArray constant) {
    // Not asked of DJL, whose native code aborts the process for bfloat16.
    DType type = describe("gradient", constant).spec().dtype();
    return type == DType.F16 || type == DType.BF16
        ? constant.toType(DataType.FLOAT32, false)
        : constant.stopGradient();
  }

  @Override
  public void close(NDArray array) {
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

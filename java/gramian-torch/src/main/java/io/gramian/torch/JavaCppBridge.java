package io.gramian.torch;

import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.op.Op;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The bridge to PyTorch for JavaCPP ({@code org.bytedeco:pytorch}).
 *
 * <p>New tensors belong to the {@link PointerScope} in which the call is made, if there is one, and
 * are freed with it at the latest.
 */
public final class JavaCppBridge extends TorchBridge<Tensor> {
  private JavaCppBridge(Device device) {
    super(device);
  }

  /**
   * A bridge that takes tensors where they are: on the host with the {@code cpu} backend, on a GPU
   * with {@code cuda}. Loads PyTorch if nothing has yet.
   *
   * @throws LibtorchException if its natives are missing, or another libtorch is loaded too
   */
  public static JavaCppBridge open() {
    return open(null);
  }

  /** A bridge to one device, which stays the caller's; see {@link #open()}. */
  public static JavaCppBridge open(Device device) {
    try {
      Loader.load(torch.class);
    } catch (LinkageError e) {
      throw new LibtorchException(
          "cannot load PyTorch of JavaCPP; expected org.bytedeco:pytorch, openblas and javacpp,"
              + " each also with the classifier of this platform, on the class path",
          e);
    }
    return new JavaCppBridge(device);
  }

  /**
   * Computes the loss and runs the backward pass of everything that its inputs were computed from:
   * once, with all gradients at a time. Gradients add up in the leaves, also of learnable scalars
   * among the inputs.
   *
   * @param op an op with an output {@code loss}
   * @param inputs tensors by name, see {@link #tuple}
   * @return the loss, and the gradients by those inputs that require one
   * @throws io.gramian.ParameterException if the op has no loss, or no input requires a gradient
   */
  public TorchResult<Tensor> backward(Op op, Map<String, Tensor> inputs) {
    TorchResult<Tensor> result = lossAndGradients(op, inputs);
    try (PointerScope _ = new PointerScope()) {
      List<Tensor> roots = new ArrayList<>();
      List<Tensor> gradients = new ArrayList<>();
      collectGradients(op, inputs, result, roots, gradients);
      torch.backward(
          vector(roots), vector(gradients), new BoolOptional(), false, new TensorVector());
      return result;
    } catch (RuntimeException e) {
      result.close();
      throw e;
    } finally {
      Reference.reachabilityFence(inputs);
    }
  }

  @Override
  long handle(Tensor tensor) {
    if (tensor.isNull()) {
      throw new ClosedException("a tensor is closed; expected an open one");
    }
    return tensor.address();
  }

  @Override
  boolean requiresGradient(Tensor tensor) {
    return tensor.requires_grad();
  }

  @Override
  Tensor allocate(Tensor like, DType dtype, long[] shape) {
    try (ScalarTypeOptional type = new ScalarTypeOptional(scalarType(dtype));
        TensorOptions options = like.options();
        TensorOptions typed = options.dtype(type);
        MemoryFormatOptional format = new MemoryFormatOptional()) {
      return torch.empty(shape, typed, format);
    }
  }

  @Override
  Tensor sumOfProducts(List<Tensor> recorded, List<Tensor> constants) {
    Tensor sum = null;
    for (int i = 0; i < recorded.size(); i++) {
      try (Tensor wide = widened(constants.get(i));
          Tensor product = recorded.get(i).mul(wide);
          Tensor before = sum) {
        Tensor term = product.sum();
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

  /** A constant in f32 if it is narrower. */
  private Tensor widened(Tensor constant) {
    return view(constant).dtype().bytes() < Float.BYTES
        ? constant.to(ScalarType.Float)
        : constant.detach();
  }

  @Override
  void close(Tensor tensor) {
    tensor.close();
  }

  @Override
  String denseCopy(String name) {
    return name + ".contiguous()";
  }

  @Override
  String hint() {
    return "expected the output of a model, or a tensor with set_requires_grad(true)";
  }

  private static TensorVector vector(List<Tensor> tensors) {
    return new TensorVector(tensors.toArray(Tensor[]::new));
  }

  private static ScalarType scalarType(DType dtype) {
    return switch (dtype) {
      case F64 -> ScalarType.Double;
      case F32 -> ScalarType.Float;
      case BF16 -> ScalarType.BFloat16;
      case F16 -> ScalarType.Half;
      case I32 -> ScalarType.Int;
    };
  }
}

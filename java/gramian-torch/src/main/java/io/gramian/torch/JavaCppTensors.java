package io.gramian.torch;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Place;
import io.gramian.TensorSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.List;
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

/** Tensors of JavaCPP's PyTorch. */
final class JavaCppTensors extends StackTensors<Tensor> {
  JavaCppTensors(Libtorch libtorch) {
    super(libtorch);
  }

  /**
   * Loads PyTorch if nothing has yet. Processes that unpack it into JavaCPP's cache at the same
   * time would break each other, so one waits for the other.
   */
  static void loadLibrary() {
    try {
      Path lock = Loader.getCacheDir().toPath().resolve("gramian.lock");
      try (FileChannel channel = FileChannel.open(lock, CREATE, WRITE);
          FileLock _ = channel.lock()) {
        Loader.load(torch.class);
      }
    } catch (IOException | OverlappingFileLockException e) {
      // Without a cache to write to, or with another thread at it, JavaCPP does what it can.
      Loader.load(torch.class);
    }
  }

  /** Runs one backward pass from several tensors, given the gradient of each. */
  static void backward(List<Tensor> roots, List<Tensor> gradients) {
    try (PointerScope _ = new PointerScope()) {
      torch.backward(
          vector(roots), vector(gradients), new BoolOptional(), false, new TensorVector());
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
  public boolean requiresGradient(Tensor tensor) {
    return tensor.requires_grad();
  }

  @Override
  public Tensor allocate(Tensor like, Place place, TensorSpec spec) {
    try (ScalarTypeOptional type = new ScalarTypeOptional(scalarType(spec.dtype()));
        TensorOptions options = like.options();
        TensorOptions typed = options.dtype(type);
        MemoryFormatOptional format = new MemoryFormatOptional()) {
      return torch.empty(spec.shape(), typed, format);
    }
  }

  @Override
  Tensor sumOfProduct(Tensor recorded, Tensor constant) {
    try (Tensor wide = widened(constant);
        Tensor product = recorded.mul(wide)) {
      return product.sum();
    }
  }

  @Override
  Tensor add(Tensor left, Tensor right) {
    return left.add(right);
  }

  /** A constant in f32 if it is narrower. */
  private Tensor widened(Tensor constant) {
    return constant.element_size() < Float.BYTES
        ? constant.to(ScalarType.Float)
        : constant.detach();
  }

  @Override
  public void close(Tensor tensor) {
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

  private static ScalarType scalarType(DType dtype) {
    return switch (dtype) {
      case F64 -> ScalarType.Double;
      case F32 -> ScalarType.Float;
      case BF16 -> ScalarType.BFloat16;
      case F16 -> ScalarType.Half;
      case I32 -> ScalarType.Int;
    };
  }

  private static TensorVector vector(List<Tensor> tensors) {
    return new TensorVector(tensors.toArray(Tensor[]::new));
  }
}

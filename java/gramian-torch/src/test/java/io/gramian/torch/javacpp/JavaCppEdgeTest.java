package io.gramian.torch.javacpp;

import io.gramian.ShapeException;
import io.gramian.torch.EdgeContract;
import io.gramian.torch.JavaCppBridge;
import io.gramian.torch.LibtorchException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** {@link EdgeContract} for JavaCPP, and kinds of tensors that DJL does not make. */
final class JavaCppEdgeTest extends EdgeContract<Tensor> {
  JavaCppEdgeTest() {
    super(new JavaCppStack());
  }

  @Test
  void tensorsWithoutMemoryAreRefused() {
    try (JavaCppBridge bridge = JavaCppBridge.open();
        PointerScope _ = new PointerScope()) {
      Tensor meta = torch.empty(new long[] {2, 3}, new TensorOptions(new Device("meta")), null);
      assertOneLine(
          ShapeException.class, () -> bridge.view(meta), "on a device of libtorch's kind");
      Tensor sparse = torch.eye(3).to_sparse();
      assertOneLine(LibtorchException.class, () -> bridge.view(sparse), "expected a dense tensor");
      assertOneLine(LibtorchException.class, () -> bridge.view(new Tensor()), "undefined");
    }
  }
}

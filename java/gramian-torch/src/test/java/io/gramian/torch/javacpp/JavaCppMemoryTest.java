package io.gramian.torch.javacpp;

import io.gramian.torch.MemoryContract;
import org.bytedeco.pytorch.Tensor;

/** {@link MemoryContract} for JavaCPP. */
final class JavaCppMemoryTest extends MemoryContract<Tensor> {
  JavaCppMemoryTest() {
    super(new JavaCppStack());
  }
}

package io.gramian.torch.javacpp;

import io.gramian.torch.ViewContract;
import org.bytedeco.pytorch.Tensor;

/** {@link ViewContract} for JavaCPP. */
final class JavaCppViewTest extends ViewContract<Tensor> {
  JavaCppViewTest() {
    super(new JavaCppStack());
  }
}

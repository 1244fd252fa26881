package io.gramian.torch.javacpp;

import io.gramian.torch.LossContract;
import org.bytedeco.pytorch.Tensor;

/** {@link LossContract} for JavaCPP. */
final class JavaCppLossTest extends LossContract<Tensor> {
  JavaCppLossTest() {
    super(new JavaCppStack());
  }
}

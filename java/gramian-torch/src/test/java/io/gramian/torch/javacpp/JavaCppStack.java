package io.gramian.torch.javacpp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.Device;
import io.gramian.torch.JavaCppBridge;
import io.gramian.torch.Session;
import io.gramian.torch.Stack;
import io.gramian.torch.TorchBridge;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Tensor;

/** PyTorch of JavaCPP. */
final class JavaCppStack implements Stack<Tensor> {
  @Override
  public void assumeNatives() {
    String resource = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "/libtorch_cpu.so";
    assumeTrue(
        JavaCppStack.class.getResource(resource) != null,
        "no natives of JavaCPP's PyTorch for this platform");
  }

  @Override
  public TorchBridge<Tensor> open(Device device) {
    return JavaCppBridge.open(device);
  }

  @Override
  public Session<Tensor> session() {
    return new JavaCppSession();
  }
}

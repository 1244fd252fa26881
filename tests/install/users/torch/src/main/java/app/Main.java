package app;

import io.gramian.Outputs;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.torch.JavaCppBridge;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A loss of PyTorch's tensors that is known on paper, and its gradient in PyTorch. */
public final class Main {
  private Main() {}

  /** The argument says on which path this runs. */
  public static void main(String[] args) {
    boolean modular =
        JavaCppBridge.class.getModule().isNamed() && torch.class.getModule().isNamed();
    require(modular == args[0].equals("module path"), "not on the " + args[0]);
    Tensor words = torch.tensor(1f, 0f, 0f, 2f).reshape(2, 2).set_requires_grad(true);
    Tensor pictures = torch.tensor(3f, 0f, 0f, 1f).reshape(2, 2);
    // A word and its picture span no area, a word and the other picture a unit square.
    Contrastive gram = new Contrastive(Similarity.volume()).temperature(1).labelSmoothing(0);
    try (JavaCppBridge bridge = JavaCppBridge.open();
        Outputs<Tensor> result = bridge.backward(gram, Modalities.named(words, pictures))) {
      System.out.printf("%s: loss %.6f%n", args[0], result.loss());
      require(Math.abs(result.loss() - Math.log1p(Math.exp(-1))) < 1e-6, "loss");
      require(words.grad().equal(result.get("grad_anchor")), "gradient");
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }
}

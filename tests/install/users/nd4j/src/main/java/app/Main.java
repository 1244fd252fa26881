package app;

import io.gramian.Device;
import io.gramian.nd4j.Nd4jBridge;
import io.gramian.nd4j.SameDiffLoss;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A loss in a graph of SameDiff that is known on paper, and a gradient by the graph. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    try (Device device = Device.open("cpu");
        Nd4jBridge bridge = new Nd4jBridge(device)) {
      SameDiff sd = SameDiff.create();
      SDVariable words = sd.var("words", Nd4j.create(new float[][] {{1, 0}, {0, 2}}));
      SDVariable pictures = sd.constant(Nd4j.create(new float[][] {{3, 0}, {0, 1}}));
      // A word and its picture span no area, a word and the other picture a unit square.
      Contrastive gram = new Contrastive(Similarity.volume()).temperature(1).labelSmoothing(0);
      SameDiffLoss.contrastive(bridge, "gram", gram, words, pictures).markAsLoss();
      double loss = sd.output(Map.of(), "gram").get("gram").getDouble();
      System.out.printf("%s: loss %.6f%n", args[0], loss);
      require(Math.abs(loss - Math.log1p(Math.exp(-1))) < 1e-6, "loss");
      INDArray gradient = sd.calculateGradients(Map.of(), "words").get("words");
      require(gradient.length() == 4, "gradient");
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }
}

package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.conformance.Aligned;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.ClipMatched;
import io.gramian.op.Contrastive;
import io.gramian.op.Mmd;
import io.gramian.op.NtXent;
import io.gramian.op.Objective;
import io.gramian.op.Op;
import io.gramian.op.SemanticDensity;
import io.gramian.op.SetClip;
import io.gramian.op.Similarity;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Losses over sets of vectors: kernel means, densities, views, Set-CLIP. */
class SetsCpuTest {
  private static final Mmd MANY_KERNELS =
      new Mmd(1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 5, 10, 15, 20, 25, 30, 35, 100, 1e3, 1e4, 1e6);

  @ParameterizedTest
  @CsvSource({"1,1,1", "16,11,12", "3,127,5", "600,70,33", "40,530,8", "257,33,7"})
  void kernelMeansAndDensitiesEqualReference(int countX, int countY, int d) {
    sets(new Mmd(0.5, 2, 30), DType.F32, countX, countY, d).check();
    sets(MANY_KERNELS, DType.F32, countX, countY, d).check();
    sets(new SemanticDensity(), DType.F32, countX, countY, d).check();
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void roundedSetsEqualReference(DType dtype) {
    sets(new Mmd(0.5, 9), dtype, 20, 31, 13).check();
    sets(new SemanticDensity(0.8), dtype, 20, 31, 13).check();
    new AgainstReference(new NtXent(0.3), dtype).data("views", 14, 9).check();
  }

  private static AgainstReference sets(Op op, DType dtype, int countX, int countY, int d) {
    return new AgainstReference(op, dtype)
        .data("x", countX, d)
        .data("y", countY, d)
        .scalar("grad_loss", 0.75);
  }

  /** Points that both sets share are at distance zero, whatever the narrowest kernel. */
  @Test
  void sharedPointsEqualReference() {
    double[] x = points(20, 6, 0);
    double[] y = points(20, 6, 1);
    System.arraycopy(x, 0, y, 0, 9 * 6);
    for (Op op : new Op[] {MANY_KERNELS, new SemanticDensity()}) {
      new AgainstReference(op, DType.F32).values("x", x, 20, 6).values("y", y, 20, 6).check();
    }
  }

  /** Their losses, and the gradients of one of them alone, have digits in differences only. */
  @Test
  void nearlyEqualSetsEqualReference() {
    double[] x = points(20, 6, 0);
    double[] y = points(20, 6, 1);
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) (x[i] + 1e-3 * y[i]);
    }
    for (Op op : new Op[] {new Mmd(1, 5), new SemanticDensity()}) {
      new AgainstReference(op, DType.F32).values("x", x, 20, 6).values("y", y, 20, 6).check();
    }
  }

  @Test
  void setsFarFromTheOriginEqualReference() {
    double[] x = points(20, 6, 2);
    double[] y = points(15, 6, 3);
    for (double[] set : new double[][] {x, y}) {
      for (int i = 0; i < set.length; i++) {
        set[i] += 100;
      }
    }
    for (Op op : new Op[] {new Mmd(1, 5), new SemanticDensity()}) {
      new AgainstReference(op, DType.F32).values("x", x, 20, 6).values("y", y, 15, 6).check();
    }
  }

  @Test
  void pointsThatAreAllTheSameEqualReference() {
    new AgainstReference(new SemanticDensity(), DType.F32)
        .values("x", new double[20], 4, 5)
        .values("y", new double[15], 3, 5)
        .check();
  }

  @ParameterizedTest
  @CsvSource({"2,3", "8,5", "74,19", "258,5", "1046,12"})
  void viewsEqualReference(int rows, int d) {
    new AgainstReference(new NtXent(0.2), DType.F32)
        .data("views", rows, d)
        .scalar("temperature", 0.3)
        .scalar("grad_loss", 3)
        .check();
  }

  @ParameterizedTest
  @CsvSource({"1,1,4", "9,4,7", "37,37,20", "530,3,6"})
  void matchedPairsEqualReference(int batch, int matched, int d) {
    new AgainstReference(new ClipMatched(matched, 3), DType.F32)
        .data("image", batch, d)
        .data("text", batch, d)
        .scalar("grad_loss", -2)
        .check();
  }

  /** The loss is next to nothing, and is what the others weigh against the target. */
  @ParameterizedTest
  @CsvSource({"48,12,64", "48,48,96", "300,40,80"})
  void setsThatMatchEqualReference(int batch, int matched, int d) {
    RandomTensors random = new RandomTensors(4);
    Tensor image = random.normal(batch, d);
    Bindings pairs = Bindings.of("image", image).with("text", Aligned.near(random, image));
    Bindings views = Bindings.of("views", Aligned.views(random, batch, d));
    new AgainstReference(new ClipMatched(matched, 5), DType.F32).tensors(pairs).check();
    new AgainstReference(new NtXent(0.05), DType.F32).tensors(views).check();
    Contrastive cosine = new Contrastive(Similarity.cosine()).temperature(0.05).labelSmoothing(0);
    Bindings tuples = Bindings.of("anchor", image).with("modality1", pairs.get("text"));
    new AgainstReference(cosine, DType.F32).tensors(tuples).check();
    Objective sigmoid = new Objective.Sigmoid(30, -18);
    new AgainstReference(new Contrastive(Similarity.cosine()).objective(sigmoid), DType.F32)
        .tensors(tuples)
        .check();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void setClipEqualsReference(DType dtype) {
    SetClip op = new SetClip(0.7, 5, 0.5, new double[] {0.5, 4}, SetClip.Weights.paper());
    new AgainstReference(op, dtype)
        .data("image_views", 26, 11)
        .data("text_views", 26, 11)
        .scalar("grad_loss", 1.25)
        .check();
  }

  /** Rounded to float32, so that both backends see the same. */
  private static double[] points(int count, int d, long seed) {
    Random random = new Random(seed);
    double[] values = new double[count * d];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}

package io.gramian.cuda.set;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.conformance.Aligned;
import io.gramian.conformance.RandomTensors;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.OpCase;
import io.gramian.op.ClipMatched;
import io.gramian.op.Mmd;
import io.gramian.op.NtXent;
import io.gramian.op.Op;
import io.gramian.op.SemanticDensity;
import io.gramian.op.SetClip;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses over sets of vectors on the emulated device, sets larger than a tile among them. */
final class SetsCudaTest {
  private static Device device;

  @BeforeAll
  static void open() {
    device = Emulated.open();
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
    }
  }

  static Stream<Op> setPairs() {
    return Stream.of(new Mmd(1, 50, 200), new SemanticDensity());
  }

  private static OpCase sets(Op op, DType dtype, int countX, int countY, int d) {
    return new OpCase(op, device, dtype)
        .data("x", countX, d)
        .data("y", countY, d)
        .scalar("grad_loss", DType.F32, 1.75);
  }

  @ParameterizedTest
  @MethodSource("setPairs")
  void setsOfSeveralTilesEqualReference(Op op) {
    OpCase c = sets(op, DType.F32, 150, 131, 24);
    Set<String> names = c.outputs();
    c.check(names, DType.F32, false);
    c.check(Set.of("grad_y"), DType.F32, true);
    c.check(Set.of("loss"), DType.F32, false);
  }

  @ParameterizedTest
  @MethodSource("setPairs")
  void smallAndOneSidedSetsEqualReference(Op op) {
    for (DType dtype : new DType[] {DType.F32, DType.BF16, DType.F16}) {
      OpCase few = sets(op, dtype, 2, 31, 21);
      OpCase one = sets(op, dtype, 31, 1, 21);

      few.check();
      // The variance of one point is nothing: its gradient has no place in float16.
      one.check(one.outputs(), DType.F32, false);
    }
  }

  /** Their losses, and the gradients of one of them alone, have digits in differences only. */
  @ParameterizedTest
  @MethodSource("setPairs")
  void nearlyEqualSetsEqualReference(Op op) {
    int d = 21;
    OpCase c = sets(op, DType.F32, 140, 140, d);
    Random random = new Random(4);
    double[] x = Arrays.stream(c.valuesOf("x")).map(v -> (float) v).toArray();
    double[] y = Arrays.stream(x).map(v -> (float) (v + 1e-3 * random.nextGaussian())).toArray();
    c.values("x", x, 140, d).values("y", y, 140, d);
    c.check(c.outputs(), DType.F32, false);
    c.check(Set.of("grad_x"), DType.F32, true);
    c.check(Set.of("loss", "grad_y"), DType.F32, false);
  }

  /** Squared distances of 1 between points of squared length 10^6. */
  @ParameterizedTest
  @MethodSource("setPairs")
  void setsFarFromTheOriginEqualReference(Op op) {
    OpCase c = sets(op, DType.F32, 140, 131, 70);
    Random random = new Random(3);
    for (String name : new String[] {"x", "y"}) {
      int count = c.valuesOf(name).length;
      double[] far = random.doubles(count).map(ignored -> 100 + random.nextGaussian()).toArray();
      // The reference sees what float32 makes of them.
      c.values(name, Arrays.stream(far).map(v -> (float) v).toArray(), count / 70, 70);
    }
    c.check(c.outputs(), DType.F32, false);
  }

  /** Losses next to zero, which are what the others weigh against the targets. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void setsThatMatchEqualReference(DType dtype) {
    int count = 140;
    int d = 60;
    RandomTensors random = new RandomTensors(4);
    OpCase views =
        new OpCase(new NtXent(0.05), device, dtype)
            .tensors(Bindings.of("views", Aligned.views(random, count, d)));
    views.check(views.outputs(), DType.F32, false);
    Tensor image = random.normal(count, d);
    Bindings matching = Bindings.of("image", image).with("text", Aligned.near(random, image));
    for (int matched : new int[] {9, count}) {
      OpCase pairs = new OpCase(new ClipMatched(matched, 3), device, dtype).tensors(matching);
      pairs.check(pairs.outputs(), DType.F32, false);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void viewsAndMatchedPairsOfSeveralTilesEqualReference(DType dtype) {
    OpCase views = new OpCase(new NtXent(0.5), device, dtype).data("views", 150, 24);
    views.check(views.outputs(), DType.F32, false);

    OpCase pairs =
        new OpCase(new ClipMatched(3, 5), device, dtype)
            .data("image", 150, 24)
            .data("text", 150, 24);
    pairs.check(pairs.outputs(), DType.F32, false);
    pairs.check(Set.of("grad_text"), dtype, true);

    OpCase whole =
        new OpCase(new SetClip(20), device, dtype)
            .data("image_views", 150, 24)
            .data("text_views", 150, 24);
    whole.check(whole.outputs(), DType.F32, false);
  }
}

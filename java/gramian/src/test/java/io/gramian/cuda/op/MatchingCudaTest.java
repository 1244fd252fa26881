package io.gramian.cuda.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.OpCase;
import io.gramian.op.Matching;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The matching head on the emulated device. */
final class MatchingCudaTest {
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

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void equalsReference(DType dtype) {
    for (int count : new int[] {1, 7, 1031}) {
      int[] labels = new int[count];
      Arrays.setAll(labels, i -> i * i % 3 == 1 ? 1 : 0);
      OpCase c = new OpCase(new Matching(), device, dtype);
      c.data("logits", count, 2).ints("labels", labels, count);
      c.scalar("grad_loss", dtype, -1.5).check();
    }
  }

  @Test
  void largeLogitsDoNotOverflow() {
    assertThat(loss(300, -300, 1)).isEqualTo(600);
    assertThat(loss(300, -300, 0)).isZero();
  }

  @Test
  void logitsThatAreNotFiniteAndLabelsThatAreNoClassMakeTheLossNaN() {
    assertThat(loss(Double.POSITIVE_INFINITY, 0, 0)).isNaN();
    assertThat(loss(0, Double.NEGATIVE_INFINITY, 0)).isNaN();
    assertThat(loss(Double.NaN, 0, 0)).isNaN();
    assertThat(loss(1, 0, 2)).isNaN();
    assertThat(loss(1, 0, -1)).isNaN();
  }

  private static double loss(double first, double second, int label) {
    OpCase c = new OpCase(new Matching(), device, DType.F32);
    c.values("logits", new double[] {first, second}, 1, 2).ints("labels", new int[] {label}, 1);
    return c.run(Set.of("loss")).get("loss")[0];
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "256, 1", "257, 2", "262144, 1024", "5000000000, 1024"})
  void aBlockTakesRowsUntilTheDeviceIsFull(long rows, int blocks) {
    assertThat(MatchingCuda.blocks(rows)).isEqualTo(blocks);
  }
}

package io.gramian.cuda.pair;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.OpCase;
import io.gramian.op.Contrastive;
import io.gramian.op.Mmd;
import io.gramian.op.Similarity;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels over pairs for every number of members, on the emulated device. */
final class PairMembersTest {
  private static final int BATCH = 19;
  private static final int D = 24;

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

  private static void check(Similarity similarity, DType dtype, int members) {
    OpCase c = new OpCase(new Contrastive(similarity), device, dtype);
    c.data("anchor", BATCH, D).modalities(BATCH + 2, members, D);
    c.check(c.outputs(), DType.F32, false);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void volumesEqualReference(int members) {
    for (DType dtype : new DType[] {DType.F32, DType.F16}) {
      check(Similarity.volume(), dtype, members);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void jointCosinesEqualReference(int members) {
    for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
      check(Similarity.jgcs(), dtype, members);
    }
  }

  /** What an absent member holds is not read: here it is not a number, on both kinds of pairs. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void absentMembersAreNotRead(DType dtype) {
    for (Similarity similarity :
        new Similarity[] {Similarity.volume(), Similarity.jgcs(), Similarity.mip()}) {
      OpCase c = new OpCase(new Contrastive(similarity), device, dtype);
      c.data("anchor", BATCH, D).modalities(BATCH, 2, D);
      double[] rows = c.valuesOf("modality2");
      double[] present = new double[2 * BATCH];
      for (int j = 0; j < BATCH; j++) {
        present[2 * j] = 1;
        present[2 * j + 1] = j % 3 == 0 ? 0 : 1;
        if (j % 3 == 0) {
          Arrays.fill(rows, j * D, (j + 1) * D, Double.NaN);
        }
      }
      // Members parallel to their anchors: such volumes are made again in double.
      c.values("modality1", c.valuesOf("anchor"), BATCH, D)
          .values("modality2", rows, BATCH, D)
          .values("present", present, BATCH, 2);
      c.check(c.outputs(), DType.F32, false);
    }
  }

  /** Without gradients there is only the forward pass. */
  @Test
  void kernelMeansAloneEqualReference() {
    OpCase c = new OpCase(new Mmd(0.5, 2), device, DType.F32);
    c.data("x", BATCH, D).data("y", BATCH + 2, D);
    c.check(Set.of("loss"), DType.F32, false);
  }
}

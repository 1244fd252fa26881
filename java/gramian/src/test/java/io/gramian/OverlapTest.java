package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OverlapTest {
  private static final DType[] TYPES = {DType.F64, DType.F32, DType.BF16};

  @Test
  void slicesOfOneBufferAreToldApart() {
    TensorSpec vectors = TensorSpec.of(DType.F32, 5, 3, 4);
    TensorSpec member = TensorSpec.strided(DType.F32, new long[] {5, 4}, new long[] {12, 1});
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(Overlap.of(16L * i, member, 16L * j, member)).isEqualTo(i == j);
      }
      assertThat(Overlap.of(16L * i, member, 0, vectors)).isTrue();
    }
  }

  @Test
  void largeTensorsTakeNoTime() {
    TensorSpec left = TensorSpec.strided(DType.F32, new long[] {1 << 30, 4}, new long[] {8, 1});
    assertThat(Overlap.of(0, left, 16, left)).isFalse();
    assertThat(Overlap.of(0, left, 12, left)).isTrue();
  }

  @Test
  void countsTheBytesThatAreThere() {
    Random random = new Random(7);
    int shared = 0;
    for (int trial = 0; trial < 200_000; trial++) {
      TensorSpec x = random(random);
      TensorSpec y = random(random);
      long a = random.nextInt(40);
      long b = random.nextInt(40);
      boolean expected = bytes(a, x).intersects(bytes(b, y));
      assertThat(Overlap.of(a, x, b, y))
          .as(
              "%s %s at %d, %s %s at %d",
              x, Arrays.toString(x.strides()), a, y, Arrays.toString(y.strides()), b)
          .isEqualTo(expected);
      shared += expected ? 1 : 0;
    }
    assertThat(shared).isBetween(20_000, 180_000);
  }

  private static TensorSpec random(Random random) {
    int rank = random.nextInt(4);
    long[] shape = new long[rank];
    long[] strides = new long[rank];
    long extent = 1;
    for (int i = rank - 1; i >= 0; i--) {
      shape[i] = random.nextInt(16) == 0 ? 0 : 1 + random.nextInt(4);
      strides[i] = i == rank - 1 ? 1 : extent + random.nextInt(4);
      extent += Math.max(shape[i] - 1, 0) * strides[i];
    }
    return TensorSpec.strided(TYPES[random.nextInt(TYPES.length)], shape, strides);
  }

  private static BitSet bytes(long address, TensorSpec spec) {
    BitSet bytes = new BitSet();
    mark(bytes, address, spec, 0);
    return bytes;
  }

  private static void mark(BitSet bytes, long address, TensorSpec spec, int axis) {
    int size = spec.dtype().bytes();
    if (axis == spec.rank()) {
      bytes.set((int) address, (int) address + size);
      return;
    }
    for (long i = 0; i < spec.size(axis); i++) {
      mark(bytes, address + i * spec.stride(axis) * size, spec, axis + 1);
    }
  }
}

package io.gramian.emulated;

import static io.gramian.emulated.TestKernels.inSomeOrders;
import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emulated.Tensor.Element;
import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies by the asynchronous proxy: bytes, boxes of tensors, within clusters. */
class HopperCopiesTest {
  private static final int CHUNK = 16;

  private static void run(TestKernels.Body body) {
    TestDevice.libraryOrSkip();
    inSomeOrders(Build.SM_90A, "copies", body);
  }

  private static float[] counting(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return values;
  }

  @Test
  void bytesThereAndBack() {
    run(
        (device, kernels) -> {
          long out = device.zeros(4 * 600);
          kernels.run("twice", Shape.of(3, 64), out, device.upload(counting(600)), 600);
          float[] result = device.downloadFloats(out, 600);
          for (int i = 0; i < 600; i++) {
            assertThat(result[i]).isEqualTo(2.0f * i);
          }
        });
  }

  @Test
  void reductions() {
    run(
        (device, kernels) -> {
          long out = device.zeros(4 * 64);
          kernels.run("sum_rows", Shape.of(10, 64), out, device.upload(counting(640)));
          float[] result = device.downloadFloats(out, 64);
          for (int i = 0; i < 64; i++) {
            assertThat(result[i]).isEqualTo(10.0f * i + 64 * 45);
          }
        });
  }

  @Test
  void stagesThatAreFilledAndEmptied() {
    run(
        (device, kernels) -> {
          long out = device.zeros(4 * 7 * 64);
          kernels.run("pipeline", Shape.of(1, 64), out, device.upload(counting(7 * 64)), 7);
          float[] result = device.downloadFloats(out, 7 * 64);
          for (int i = 0; i < result.length; i++) {
            assertThat(result[i]).isEqualTo(i + 1.0f);
          }
        });
  }

  private static byte[] boxOf(
      TestDevice device, TestKernels kernels, Tensor tensor, int x, int y, int z) {
    int bytes = tensor.boxBytes();
    long out = device.zeros(bytes);
    kernels.run(
        "show_box",
        Shape.of(1, 32).withShared(bytes),
        out,
        tensor.map(device),
        tensor.sizes().length,
        bytes,
        x,
        y,
        z);
    return device.download(out, bytes).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Where a byte lies: 16-byte chunks change places by the rows of 128 bytes that they are in. */
  private static int swizzled(int at, int swizzle) {
    return at ^ (at / 128 & (1 << swizzle) - 1) * CHUNK;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void swizzles(int swizzle) {
    run(
        (device, kernels) -> {
          int width = swizzle == 0 ? 64 : CHUNK << swizzle >> 1;
          short[] values = new short[64 * 40];
          for (int i = 0; i < values.length; i++) {
            values[i] = (short) i;
          }
          Tensor tensor =
              Tensor.of(
                  Element.U16,
                  device.upload(values),
                  new long[] {64, 40},
                  new int[] {width, 16},
                  swizzle);
          byte[] box = boxOf(device, kernels, tensor, 0, 8, 0);
          for (int row = 0; row < 16; row++) {
            for (int column = 0; column < width; column++) {
              int at = swizzled(2 * (row * width + column), swizzle);
              int value = (box[at] & 0xff) | (box[at + 1] & 0xff) << 8;
              assertThat(value).isEqualTo((row + 8) * 64 + column);
            }
          }
        });
  }

  @Test
  void whatLiesOutsideIsZero() {
    run(
        (device, kernels) -> {
          Tensor tensor =
              Tensor.of(
                  Element.F32,
                  device.upload(counting(40 * 32)),
                  new long[] {32, 40},
                  new int[] {8, 4},
                  0);
          for (int[] at : new int[][] {{28, 38}, {-4, -2}, {0, 40}, {32, 0}, {-8, 0}}) {
            float[] box = floats(boxOf(device, kernels, tensor, at[0], at[1], 0));
            for (int i = 0; i < box.length; i++) {
              int column = at[0] + i % 8;
              int row = at[1] + i / 8;
              boolean inside = column >= 0 && column < 32 && row >= 0 && row < 40;
              assertThat(box[i]).isEqualTo(inside ? row * 32 + column : 0.0f);
            }
          }
        });
  }

  @Test
  void whatLiesOutsideIsNaN() {
    run(
        (device, kernels) -> {
          Tensor tensor =
              Tensor.of(
                      Element.F32,
                      device.upload(counting(5 * 6 * 32)),
                      new long[] {32, 6, 5},
                      new int[] {8, 3, 2},
                      0)
                  .fillingWithNaN();
          float[] box = floats(boxOf(device, kernels, tensor, 4, 4, 3));
          for (int i = 0; i < box.length; i++) {
            int row = 4 + i / 8 % 3;
            float expected = (3 + i / 24) * 192 + row * 32 + 4 + i % 8;
            assertThat(box[i]).isEqualTo(Float.valueOf(row < 6 ? expected : Float.NaN));
          }
        });
  }

  @Test
  void ranksFromOneToFive() {
    run(
        (device, kernels) -> {
          int[] values = new int[3 * 3 * 4 * 4 * 16];
          Arrays.setAll(values, i -> i);
          long address = device.upload(values);
          long[] sizes = {16, 4, 4, 3, 3};
          int[] box = {8, 2, 2, 2, 1};
          for (int rank = 1; rank <= 5; rank++) {
            Tensor tensor =
                Tensor.of(
                    Element.S32, address, Arrays.copyOf(sizes, rank), Arrays.copyOf(box, rank), 0);
            int[] result = ints(boxOf(device, kernels, tensor, 4, 1, 1));
            for (int i = 0; i < result.length; i++) {
              int expected = 4 + i % 8;
              if (rank > 1) {
                expected += (1 + i / 8 % 2) * 16;
              }
              if (rank > 2) {
                expected += (1 + i / 16 % 2) * 64;
              }
              if (rank > 3) {
                expected += i / 32 % 2 * 256;
              }
              assertThat(result[i]).as("rank %d, element %d", rank, i).isEqualTo(expected);
            }
          }
        });
  }

  @Test
  void everySecondRow() {
    run(
        (device, kernels) -> {
          Tensor tensor =
              Tensor.of(
                      Element.F32,
                      device.upload(counting(40 * 32)),
                      new long[] {32, 40},
                      new int[] {8, 8},
                      0)
                  .withSteps(1, 2);
          float[] box = floats(boxOf(device, kernels, tensor, 0, 1, 0));
          assertThat(box).hasSize(32);
          for (int i = 0; i < box.length; i++) {
            assertThat(box[i]).isEqualTo((1 + i / 8 * 2) * 32 + i % 8);
          }
        });
  }

  @Test
  void tensorToTensor() {
    run(
        (device, kernels) -> {
          long in = device.upload(counting(50 * 48));
          long out = device.zeros(4 * 50 * 48);
          long[] sizes = {48, 50};
          int[] box = {16, 8};
          kernels.run(
              "copy_boxes",
              new Shape(3, 7, 32, 1, 512),
              Tensor.of(Element.F32, in, sizes, box, 2).map(device),
              Tensor.of(Element.F32, out, sizes, box, 2).map(device),
              16,
              8,
              512);
          assertThat(device.downloadFloats(out, 50 * 48)).containsExactly(counting(50 * 48));
        });
  }

  @Test
  void blocksOfAClusterReadEachOther() {
    run(
        (device, kernels) -> {
          long out = device.zeros(4 * 128);
          kernels.run("exchange", Shape.of(4, 32), out, device.upload(counting(128)));
          float[] result = device.downloadFloats(out, 128);
          for (int i = 0; i < 128; i++) {
            assertThat(result[i]).isEqualTo((i ^ 32) + i / 32 % 2);
          }
        });
  }

  @Test
  void multicast() {
    run(
        (device, kernels) -> {
          long out = device.zeros(4 * 192);
          Tensor tensor =
              Tensor.of(
                  Element.F32,
                  device.upload(counting(96)),
                  new long[] {32, 3},
                  new int[] {32, 1},
                  0);
          kernels.run("broadcast", Shape.of(6, 32).withShared(128), out, tensor.map(device));
          float[] result = device.downloadFloats(out, 192);
          for (int i = 0; i < 192; i++) {
            assertThat(result[i]).isEqualTo(i / 64 * 32 + i % 32);
          }
        });
  }

  @Test
  void arrivalsFromAnotherBlock() {
    run(
        (device, kernels) -> {
          long out = device.zeros(16);
          kernels.run("gather", Shape.of(8, 32), out, device.upload(counting(8)));
          assertThat(device.downloadFloats(out, 4)).containsExactly(1, 5, 9, 13);
        });
  }

  @Test
  void mapsThatAreRefused() {
    try (TestDevice device = new TestDevice()) {
      long address = device.zeros(4096);
      MemorySegment map = device.arena.allocate(128, 64);
      Tensor right = Tensor.of(Element.F32, address, new long[] {32, 32}, new int[] {8, 8}, 1);
      assertThat(right.encode(device, map)).isZero();
      assertRefused(device, right, map.asSlice(16), "own address is no multiple of 64");
      assertRefused(
          device,
          Tensor.of(Element.F32, address, new long[] {32, 32}, new int[] {16, 8}, 1),
          map,
          "the box is 64 bytes wide: with a swizzle of 32 bytes it is at most that");
      assertRefused(
          device,
          Tensor.of(Element.F32, address, new long[] {31, 32}, new int[] {8, 8}, 0),
          map,
          "globalStrides[0] is 124");
      assertRefused(
          device,
          Tensor.of(Element.F32, address, new long[] {32, 32}, new int[] {8, 512}, 0),
          map,
          "boxDim[1] is 512");
      assertRefused(
          device,
          Tensor.of(Element.F32, address, new long[] {32, 32}, new int[] {2, 8}, 0),
          map,
          "the box is 8 bytes wide");
      assertRefused(
          device,
          Tensor.of(Element.F32, address + 4, new long[] {32, 32}, new int[] {8, 8}, 0),
          map,
          "globalAddress");
      assertRefused(
          device,
          Tensor.of(Element.S32, address, new long[] {32, 32}, new int[] {8, 8}, 0)
              .fillingWithNaN(),
          map,
          "integers cannot be filled with NaN");
    }
  }

  private static void assertRefused(
      TestDevice device, Tensor tensor, MemorySegment map, String why) {
    assertThat(tensor.encode(device, map)).isEqualTo(Driver.INVALID_VALUE);
    assertThat(device.driver.lastFault()).contains(why);
  }

  private static float[] floats(byte[] bytes) {
    return MemorySegment.ofArray(bytes).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  private static int[] ints(byte[] bytes) {
    return MemorySegment.ofArray(bytes).toArray(ValueLayout.JAVA_INT_UNALIGNED);
  }
}

package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is counted, against what can be told from the kernel. */
class CountersTest {
  private static final int SIDE = 64;

  /** Warps that move 32 floats each. */
  private static final long WARPS = SIDE * SIDE / 32;

  private static final Shape TILES = new Shape(2, 2, 32, 8, 0);

  @Test
  void sectorsOfRowsAndColumns() {
    Map<String, Long> counts = transposed("transpose_directly", new Shape(2, 8, 32, 8, 0));
    assertThat(counts)
        .containsEntry("globalRequests", 2 * WARPS)
        .containsEntry("sectors", WARPS * (4 + 32))
        .containsEntry("idealSectors", WARPS * 8)
        .containsEntry("globalBytes", 2L * 4 * SIDE * SIDE)
        .containsEntry("sharedRequests", 0L)
        .containsEntry("loadGlobal", WARPS)
        .containsEntry("storeGlobal", WARPS);
  }

  @Test
  void wavefrontsOfColumnsOfSharedMemory() {
    assertThat(transposed("transpose_conflicting", TILES))
        .containsEntry("sharedRequests", 2 * WARPS)
        .containsEntry("wavefronts", WARPS * (1 + 32))
        .containsEntry("idealWavefronts", 2 * WARPS);
    assertThat(transposed("transpose_padded", TILES))
        .containsEntry("wavefronts", 2 * WARPS)
        .containsEntry("sectors", WARPS * 8);
    assertThat(transposed("transpose_swizzled", TILES)).containsEntry("wavefronts", 2 * WARPS);
  }

  @Test
  void launchesByShapeWithTheBytesThatTheyTouchOnce() {
    count(
        kernels -> {
          for (int launch = 0; launch < 3; launch++) {
            Shape shape = launch < 2 ? TILES : new Shape(2, 3, 32, 8, 0);
            kernels.accept("transpose_padded", shape);
          }
        },
        device -> {
          List<Map<String, String>> rows = rows(device.driver.text("gramianEmulatedKernelCounts"));
          assertThat(rows).hasSize(2);
          assertThat(rows.getFirst())
              .containsEntry("kernel", "transpose_padded")
              .containsEntry("target", "sm_80")
              .containsEntry("multiprocessors", "108")
              .containsEntry("blocks", "4")
              .containsEntry("threads", "256")
              .containsEntry("staticShared", "4224")
              .containsEntry("launches", "2")
              .containsEntry("readBytes", Long.toString(2L * 4 * SIDE * SIDE))
              .containsEntry("writtenBytes", Long.toString(2L * 4 * SIDE * SIDE));
          assertThat(rows.getLast()).containsEntry("blocks", "6").containsEntry("launches", "1");
        });
  }

  @Test
  void countsAreTheSameWithAnyNumberOfWorkers() {
    String[] tables = new String[2];
    for (int i = 0; i < tables.length; i++) {
      int workers = 1 + 2 * i;
      int at = i;
      count(
          workers,
          kernels -> kernels.accept("transpose_conflicting", TILES),
          device ->
              tables[at] =
                  device.driver.text("gramianEmulatedKernelCounts")
                      + device.driver.text("gramianEmulatedLineCounts"));
    }
    assertThat(tables[1]).isEqualTo(tables[0]).contains("transposes.cu");
  }

  /** Runs kernels of transposes of one shape. */
  private interface Launches {
    void accept(String kernel, Shape shape);
  }

  private static Map<String, Long> transposed(String kernel, Shape shape) {
    Map<String, Long> sums = new LinkedHashMap<>();
    count(
        kernels -> kernels.accept(kernel, shape),
        device ->
            rows(device.driver.text("gramianEmulatedLineCounts"))
                .forEach(
                    row ->
                        row.forEach(
                            (column, field) -> {
                              if (field.matches("\\d+")) {
                                sums.merge(column, Long.parseLong(field), Long::sum);
                              }
                            })));
    return sums;
  }

  private static void count(Consumer<Launches> work, Consumer<TestDevice> check) {
    count(1, work, check);
  }

  private static void count(int workers, Consumer<Launches> work, Consumer<TestDevice> check) {
    try (TestDevice device = new TestDevice()) {
      TestKernels kernels = new TestKernels(device, Build.SM_80, "transposes");
      long in = device.upload(Numbers.floats(1, SIDE * SIDE));
      long out = device.allocate(4L * SIDE * SIDE);
      device.driver.call("gramianEmulatedSetWorkers", workers);
      device.driver.call("gramianEmulatedCount", 1);
      try {
        work.accept((kernel, shape) -> kernels.run(kernel, shape, out, in, SIDE, SIDE));
        check.accept(device);
      } finally {
        device.driver.call("gramianEmulatedCount", 0);
      }
    }
  }

  private static List<Map<String, String>> rows(String table) {
    List<String> lines = table.lines().toList();
    String[] header = lines.getFirst().split("\t");
    return lines.stream()
        .skip(1)
        .map(
            line -> {
              String[] fields = line.split("\t", -1);
              Map<String, String> row = new LinkedHashMap<>();
              for (int i = 0; i < header.length; i++) {
                row.put(header[i], fields[i]);
              }
              return row;
            })
        .toList();
  }
}

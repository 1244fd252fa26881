package io.gramian.cuda.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.cuda.driver.DeviceInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SampleStageTest {
  private static final DeviceInfo A100 =
      new DeviceInfo(0, 0, "A100", 8, 0, 108, 163 << 10, 164 << 10, 40L << 30);

  @ParameterizedTest
  @CsvSource({
    // A row of one chunk, of part of a chunk, of 4 chunks; a row that does not fit.
    "4, 4, 512, 1, 8192",
    "4, 4, 4, 1, 8192",
    "4, 4, 2048, 4, 32768",
    "4, 4, 65536, 9, 73728",
    // Chunks of many rows are half as long.
    "12, 9, 512, 2, 18432",
    "16, 16, 1024, 4, 65536",
    "8, 1, 1048576, 32, 65536",
  })
  void theWindowHoldsWhatTwoBlocksLeaveRoomFor(
      int compiledK, int k, long rowBytes, int chunks, int bytes) {
    SampleStage stage = SampleStage.of(A100, 4096, compiledK, k, rowBytes);
    assertThat(stage).isEqualTo(new SampleStage(chunks, bytes));
  }

  @Test
  void everyNumberOfVectorsHasAKernel() {
    int[] expected = {8, 2, 3, 4, 5, 6, 8, 8, 12, 12, 12, 12, 16, 16, 16, 16};
    for (int k = 1; k <= 16; k++) {
      assertThat(SampleExecutor.compiledK(k)).as("k = %d", k).isEqualTo(expected[k - 1]);
    }
  }
}

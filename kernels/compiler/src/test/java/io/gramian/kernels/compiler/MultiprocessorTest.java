package io.gramian.kernels.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultiprocessorTest {
  @ParameterizedTest
  @CsvSource({
    // 128 registers of a warp are 4096, four warps in each quarter.
    "SM_80, 128, 0, 128, 4, registers, 25",
    "SM_80, 130, 0, 128, 3, registers, 18",
    "SM_80, 255, 0, 256, 1, registers, 12",
    "SM_80, 32, 0, 256, 8, registers, 100",
    "SM_80, 16, 0, 256, 8, threads, 100",
    "SM_120, 40, 0, 128, 12, registers, 100",
    "SM_90A, 16, 0, 32, 32, blocks, 50",
    "SM_90A, 32, 47104, 128, 4, shared memory, 25",
    "SM_80, 168, 0, 512, 0, registers, 0",
  })
  void occupancy(
      Target target,
      int registers,
      int sharedBytes,
      int threads,
      int blocks,
      String limit,
      int percent) {
    Multiprocessor multiprocessor = Multiprocessor.of(target);
    PtxasReport.Resources kernel = new PtxasReport.Resources(registers, 0, 0, 0, sharedBytes);

    Multiprocessor.Occupancy occupancy = multiprocessor.occupancy(kernel, threads);

    assertThat(occupancy.blocks()).isEqualTo(blocks);
    assertThat(occupancy.limit()).isEqualTo(limit);
    assertThat(multiprocessor.percent(blocks, threads)).isEqualTo(percent);
  }

  @Test
  void saysHowMuchDynamicSharedMemoryKeepsTheOccupancy() {
    PtxasReport.Resources kernel = new PtxasReport.Resources(128, 0, 0, 0, 512);

    Multiprocessor.Occupancy occupancy = Multiprocessor.of(Target.SM_80).occupancy(kernel, 128);

    assertThat(occupancy.blocks()).isEqualTo(4);
    assertThat(occupancy.dynamicSharedBytes()).isEqualTo(41 * 1024 - 1024 - 512);
  }
}

package io.gramian.cuda.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.device.ChunkLimits;
import io.gramian.cuda.driver.DeviceInfo;
import io.gramian.cuda.gemm.GemmTile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PairTilingTest {
  private static final DeviceInfo H100 =
      new DeviceInfo(0, 0, "H100", 9, 0, 132, 227 << 10, 228 << 10, 80L << 30);

  private static PairTiling tiling(int anchors, int tuples, int members) {
    return PairTiling.of(H100, anchors, tuples, members, 1, ChunkLimits.DEFAULT, true);
  }

  @ParameterizedTest
  @CsvSource({
    // A pair; part of a tile; a batch as in training; one that fills the device many times over.
    "1, 1, 3, 1, 1",
    "100, 20, 3, 1, 1",
    "1024, 1024, 3, 8, 32",
    "8192, 8192, 3, 16, 32",
    "1048576, 1048576, 3, 16, 33",
    "4096, 4096, 1, 16, 32",
  })
  void slicesFillTheDeviceAndStayFew(
      int anchors, int tuples, int members, int anchorSlices, int tupleSlices) {
    PairTiling tiling = tiling(anchors, tuples, members);
    assertThat(tiling.anchorSlices()).isEqualTo(anchorSlices);
    assertThat(tiling.tupleSlices()).isEqualTo(tupleSlices);
  }

  @ParameterizedTest
  @CsvSource({
    "1024, 1024, 1, 1024, 1024",
    "1000, 10, 3, 1024, 128",
    "1048576, 1048576, 1, 4096, 4096",
    "1048576, 1048576, 3, 4096, 1280",
    "1048576, 1048576, 7, 4096, 512",
  })
  void chunksAreWholeTilesOfBoundedSize(
      int anchors, int tuples, int members, int chunkAnchors, int chunkTuples) {
    PairTiling tiling = tiling(anchors, tuples, members);
    assertThat(tiling.chunkAnchors()).isEqualTo(chunkAnchors);
    assertThat(tiling.chunkTuples()).isEqualTo(chunkTuples);
    assertThat(2L * members * chunkAnchors * chunkTuples)
        .isLessThanOrEqualTo(ChunkLimits.DEFAULT.weightBytes());
  }

  /** Every tile belongs to a slice, and no slice is empty. */
  @ParameterizedTest
  @CsvSource({"1, 1", "129, 1", "1025, 4097", "5000, 777", "100000, 31"})
  void slicesCoverAllTiles(int anchors, int tuples) {
    for (int members = 1; members <= Constants.MOST_MEMBERS; members++) {
      PairTiling tiling = tiling(anchors, tuples, members);
      int anchorTiles = Math.ceilDiv(anchors, Constants.GEMM_ROWS);
      int perBlock = tiling.anchorTilesPerBlock(anchors);
      assertThat(perBlock * tiling.anchorSlices()).isGreaterThanOrEqualTo(anchorTiles);
      assertThat(perBlock * (tiling.anchorSlices() - 1)).isLessThan(anchorTiles);
      int tupleTiles = Math.ceilDiv(tuples, tiling.tileTuples());
      int tuplesPerBlock = tiling.tupleTilesPerBlock(tuples);
      assertThat(tuplesPerBlock * tiling.tupleSlices()).isGreaterThanOrEqualTo(tupleTiles);
      assertThat(tuplesPerBlock * (tiling.tupleSlices() - 1)).isLessThan(tupleTiles);
    }
  }

  /** Two blocks fit a multiprocessor of capability 8.0 and 9.0, and one fits any. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6", "7"})
  void sharedMemoryLeavesRoomForASecondBlock(int members) {
    int reserved = 10 << 10;
    assertThat(PairTiling.pairSharedBytes(members) + reserved).isLessThan(82 << 10);
    assertThat(GemmTile.gradientSharedBytes() + reserved).isLessThan(82 << 10);
  }
}

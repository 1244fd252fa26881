package io.gramian.cuda.nway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NwayCellsTest {
  private static final int H100 = 132;

  @ParameterizedTest
  @CsvSource({"3, 1024", "3, 4096", "4, 256", "5, 64", "3, 1000", "4, 61"})
  void cellsFillTheDeviceAndCopiesStayFew(int modalities, int rows) {
    int[] counts = new int[modalities];
    Arrays.fill(counts, rows);
    NwayCells cells = NwayCells.of(counts, H100);
    assertThat(cells.blocks()).isBetween(H100, 16 * H100);
    for (int axis = 0; axis < modalities; axis++) {
      long covered = (long) cells.range()[axis] * cells.ranges()[axis];
      assertThat(covered).isGreaterThanOrEqualTo(rows).isLessThan(rows + cells.range()[axis]);
    }
    long sums = 0;
    long tables = 0;
    for (int m = 0; m < modalities; m++) {
      for (int l = 0; l < m; l++) {
        sums += (long) rows * rows * cells.copies(l, m);
        tables += (long) rows * rows;
      }
    }
    double copies = (double) sums / tables;
    assertThat(copies).isLessThan(modalities == 3 ? 32 : 512);
  }

  @Test
  void theLongestRangesAreCutFirst() {
    NwayCells cells = NwayCells.of(new int[] {64, 512, 512}, 4);
    assertThat(cells.ranges()).containsExactly(1, 4, 4);
    assertThat(cells.range()).containsExactly(64, 128, 128);
    assertThat(cells.copies(0, 1)).isEqualTo(4);
    assertThat(cells.copies(0, 2)).isEqualTo(4);
    assertThat(cells.copies(1, 2)).isEqualTo(1);
    assertThat(cells.copies(2, 2)).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"1, 32", "32, 32", "33, 64", "65, 128", "5000, 128"})
  void aBlockHasNoMoreThreadsThanTheLastAxisNeeds(int columns, int threads) {
    assertThat(NwayCells.of(new int[] {4, 10, columns}, H100).threads()).isEqualTo(threads);
  }

  @Test
  void rangesAreWholeTilesAndEmptyAxesAreNoneTheWorse() {
    NwayCells cells = NwayCells.of(new int[] {50, 50, 300}, 1000);
    assertThat(cells.range()).containsExactly(16, 8, 128);
    assertThat(NwayCells.of(new int[] {0, 5, 0}, H100).blocks()).isEqualTo(1);
  }
}

package io.gramian.cuda.nway;

import io.gramian.cuda.abi.NwayConstants;
import io.gramian.cuda.abi.NwayTables;
import io.gramian.cuda.device.Scratch;

/** Where a workspace keeps the inner products of every pair of modalities. */
final class GramTables {
  private final int[] counts;
  private final int[] pitch;
  private final long[] high = new long[NwayConstants.MOST_PAIRS];
  private final long[] low = new long[NwayConstants.MOST_PAIRS];

  GramTables(int[] counts, Scratch scratch) {
    this.counts = counts;
    this.pitch = new int[counts.length];
    for (int m = 0; m < counts.length; m++) {
      pitch[m] = Math.ceilDiv(counts[m], NwayConstants.SCORE_WIDTH) * NwayConstants.SCORE_WIDTH;
      for (int l = 0; l < m; l++) {
        high[pair(l, m)] = scratch.words(elements(l, m));
        low[pair(l, m)] = scratch.words(elements(l, m));
      }
    }
  }

  /** The place of the pair of modalities l &lt; m among all pairs. */
  static int pair(int l, int m) {
    return m * (m - 1) / 2 + l;
  }

  /** Pairs of that many modalities. */
  static int pairs(int modalities) {
    return pair(0, modalities);
  }

  /** Elements from row to row of a table whose columns are that modality. */
  int pitch(int modality) {
    return pitch[modality];
  }

  /** Elements of the table of a pair, l &lt; m. */
  long elements(int l, int m) {
    return (long) counts[l] * pitch[m];
  }

  /** What never changes of the tables. */
  void describe(NwayTables field) {
    for (int m = 0; m < pitch.length; m++) {
      field.pitch(m, pitch[m]);
    }
  }

  /** Where they are in a workspace. */
  void bind(NwayTables field, long workspace) {
    for (int pair = 0; pair < pairs(counts.length); pair++) {
      field.high(pair, workspace + high[pair]).low(pair, workspace + low[pair]);
    }
  }
}

package io.gramian.cuda.nway;

import io.gramian.cuda.device.Scratch;
import java.lang.foreign.MemorySegment;

/** Where a workspace keeps the inner products of every pair of modalities. */
final class GramTables {
  /** Row lengths are multiples of this, so that four elements are read at once. */
  private static final int PITCH = 4;

  private final int[] pitch;
  private final long[] high = new long[NwayFields.PAIRS];
  private final long[] low = new long[NwayFields.PAIRS];
  private final int[] counts;

  GramTables(int[] counts, Scratch scratch) {
    this.counts = counts;
    this.pitch = new int[counts.length];
    for (int m = 0; m < counts.length; m++) {
      pitch[m] = Math.ceilDiv(counts[m], PITCH) * PITCH;
      for (int l = 0; l < m; l++) {
        high[NwayFields.pair(l, m)] = scratch.words(elements(l, m));
        low[NwayFields.pair(l, m)] = scratch.words(elements(l, m));
      }
    }
  }

  /** Elements from row to row of a table whose columns are that modality. */
  int pitch(int modality) {
    return pitch[modality];
  }

  /** Elements of the table of a pair, l &lt; m. */
  long elements(int l, int m) {
    return (long) counts[l] * pitch[m];
  }

  /** Writes the pitches to a parameter. */
  void preparePitch(MemorySegment p, long array) {
    for (int m = 0; m < pitch.length; m++) {
      NwayFields.setInt(p, array, m, pitch[m]);
    }
  }

  void prepare(MemorySegment p, NwayFields.Tables tables) {
    preparePitch(p, tables.pitch());
  }

  void bind(MemorySegment p, NwayFields.Tables tables, long workspace) {
    int pairs = counts.length * (counts.length - 1) / 2;
    for (int pair = 0; pair < pairs; pair++) {
      NwayFields.setLong(p, tables.high(), pair, workspace + high[pair]);
      NwayFields.setLong(p, tables.low(), pair, workspace + low[pair]);
    }
  }
}

package io.gramian.cli.profile;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was counted, by the names of the emulated device's columns ({@code native/README.md}).
 *
 * @param byName counts in the order of the columns
 */
public record Counts(Map<String, Long> byName) {
  private static final int LANES = 32;
  private static final int SECTOR_BYTES = 32;

  static Counts of(CountTable.Row row, List<String> textColumns) {
    Map<String, Long> counts = new LinkedHashMap<>();
    row.fields()
        .forEach(
            (column, field) -> {
              if (!textColumns.contains(column)) {
                counts.put(column, Long.parseLong(field));
              }
            });
    return new Counts(counts);
  }

  static Counts sum(Collection<Counts> parts) {
    Map<String, Long> sum = new LinkedHashMap<>();
    parts.forEach(part -> part.byName.forEach((name, count) -> sum.merge(name, count, Long::sum)));
    return new Counts(sum);
  }

  /**
   * A count.
   *
   * @throws IllegalArgumentException if nothing of that name is counted
   */
  public long get(String name) {
    Long count = byName.get(name);
    if (count == null) {
      throw new IllegalArgumentException("no count " + name + " among " + byName.keySet());
    }
    return count;
  }

  /** Instructions that warps issued. */
  public long instructions() {
    return get("instructions");
  }

  /** Tensor-core instructions among them. */
  public long tensor() {
    return get("tensor");
  }

  /** Other instructions of the main loops for each tensor-core instruction; NaN without any. */
  double besideTensor() {
    return (double) (get("mainLoop") - tensor()) / tensor();
  }

  /** Instructions of threads outside of main loops for each unit of the op's work. */
  double outsidePerUnit(long units) {
    return (double) (instructions() - get("mainLoop")) * LANES / units;
  }

  /** Bytes of the sectors that were asked for: what comes through the L2 cache at most. */
  long sectorBytes() {
    return get("sectors") * SECTOR_BYTES;
  }

  double sectorsPerRequest() {
    return (double) get("sectors") / get("globalRequests");
  }

  /** The share of the wavefronts of shared memory that bank conflicts cost. */
  double conflictShare() {
    return 1 - (double) get("idealWavefronts") / get("wavefronts");
  }

  /** The share of the branches that lanes of a warp leave in different ways. */
  double divergence() {
    return (double) get("divergentBranches") / get("branches");
  }
}

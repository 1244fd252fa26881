package io.gramian.cuda.nway;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.ElementType;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.NwayBackwardParams;
import io.gramian.cuda.abi.NwayConstants;
import io.gramian.cuda.abi.NwayGradientParams;
import io.gramian.cuda.abi.NwayProjectParams;
import io.gramian.cuda.abi.NwayReduceParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.MemoryTransfer;

/**
 * The backward launches of {@link GramTuples}: weights to gradients of inner products and squared
 * lengths, in copies; the sum of the copies; what scaling to unit length hides; matrix products.
 */
final class GramGradients {
  private static final int ROWS_PER_BLOCK = NwayConstants.REDUCE_THREADS / Constants.WARP_SIZE;

  private final CudaDevice device;
  private final Modalities modalities;
  private final int n;
  private final NwayCells cells;
  private final GramTables tables;

  /** Where the copies of the sums start, of pairs and of modalities; then where all end. */
  private final long[] pairSums = new long[NwayConstants.MOST_PAIRS];

  private final long[] lengthSums = new long[NwayConstants.MOST_MODALITIES];
  private final long[] own = new long[NwayConstants.MOST_MODALITIES];
  private final long sumsAt;
  private final long sumsBytes;

  private final KernelLaunch<NwayBackwardParams> backward;
  private final KernelLaunch<NwayReduceParams> reduce;
  private final KernelLaunch<NwayProjectParams> project;
  private final KernelLaunch<NwayGradientParams> gradient;
  private long workspace;

  GramGradients(
      CudaDevice device,
      NwayScore score,
      Modalities modalities,
      GramTables tables,
      TupleBox largest,
      boolean accumulate,
      Scratch scratch,
      LaunchList launches) {
    this.device = device;
    this.modalities = modalities;
    this.n = modalities.count();
    this.tables = tables;
    this.cells = NwayCells.of(largest.count(), device.context().device().multiprocessors());
    this.sumsAt = scratch.region(0);
    boolean areWanted = modalities.wantGradients();
    for (int m = 0; areWanted && m < n; m++) {
      for (int l = 0; l < m; l++) {
        long elements = Math.multiplyExact(tables.elements(l, m), cells.copies(l, m));
        pairSums[GramTables.pair(l, m)] = scratch.words(elements);
      }
      lengthSums[m] = scratch.words((long) modalities.rows(m) * cells.copies(m, m));
    }
    this.sumsBytes = scratch.bytes() - sumsAt;
    for (int m = 0; areWanted && m < n; m++) {
      own[m] = scratch.words(modalities.rows(m));
    }
    this.backward =
        launches.add(device, score.kernel("backward", n, cells.threads(), NwayBackwardParams.TYPE));
    NwayBackwardParams p = backward.parameter();
    tables.describe(p.source().tables());
    p.source().minimum(score.minimum());
    for (int q = 0; q < n; q++) {
      p.rows(q, modalities.rows(q)).ranges(q, cells.ranges()[q]).range(q, cells.range()[q]);
    }
    this.reduce = launches.add(device, Kernels.NWAY_REDUCE);
    this.project = launches.add(device, Kernels.NWAY_PROJECT);
    modalities.describe(project.parameter().rows());
    tables.describe(project.parameter().tables());
    this.gradient =
        launches.add(
            device,
            NwayTuples.kernel(
                "gradient", modalities, NwayConstants.TILE_THREADS, NwayGradientParams.TYPE));
    modalities.describe(gradient.parameter().rows());
    modalities.describe(gradient.parameter().gradients(), accumulate);
    for (int q = 0; q < n; q++) {
      gradient.parameter().pitch(q, tables.pitch(q));
    }
  }

  /** Takes the workspace of a run. */
  void bind(long address) {
    workspace = address;
    NwayBackwardParams b = backward.parameter();
    modalities.bind(b.source().lengths(), address);
    tables.bind(b.source().tables(), address);
    NwayProjectParams p = project.parameter();
    modalities.bind(p.lengths(), address);
    tables.bind(p.tables(), address);
    NwayGradientParams g = gradient.parameter();
    modalities.bind(g.lengths(), address);
    for (int m = 0; m < n; m++) {
      b.lengths(m, address + lengthSums[m]);
      p.ofSquared(m, address + lengthSums[m]).own(m, address + own[m]);
      g.own(m, address + own[m]);
    }
    for (int pair = 0; pair < GramTables.pairs(n); pair++) {
      long sums = address + pairSums[pair];
      b.pairs(pair, sums);
      p.pairs(pair, sums);
      g.pairs(pair, sums);
    }
  }

  void bind(int modality, long data, long to) {
    project.parameter().rows().data(modality, data);
    gradient.parameter().rows().data(modality, data);
    gradient.parameter().gradients().data(modality, to);
  }

  void clear(long stream) {
    if (sumsBytes > 0) {
      MemoryTransfer.fillAsync(device.context(), workspace + sumsAt, (byte) 0, sumsBytes, stream);
    }
  }

  void backward(long stream, TupleBox box, long address, ElementType type, long[] strides) {
    NwayBackwardParams p = backward.parameter();
    box.write(p.source().box());
    p.weights(address).weightType(type);
    for (int axis = 0; axis < n - 1; axis++) {
      p.stride(axis, strides[axis]);
    }
    backward.enqueue(stream, cells.blocks(), 1, 1);
  }

  void finish(long stream) {
    for (int m = 0; m < n; m++) {
      for (int l = 0; l < m; l++) {
        reduce(stream, pairSums[GramTables.pair(l, m)], tables.elements(l, m), cells.copies(l, m));
      }
      reduce(stream, lengthSums[m], modalities.rows(m), cells.copies(m, m));
    }
    int most = modalities.mostRows();
    if (most > 0) {
      project.enqueue(stream, Math.ceilDiv(most, ROWS_PER_BLOCK), n, 1);
      int tile = NwayConstants.TILE_SIZE;
      gradient.enqueue(stream, Math.ceilDiv(most, tile), Math.ceilDiv(modalities.d(), tile), n);
    }
  }

  private void reduce(long stream, long at, long count, int copies) {
    if (count == 0 || copies == 1) {
      return;
    }
    reduce.parameter().sums(workspace + at).count(count).copies(copies);
    long blocks = Math.ceilDiv(count, (long) NwayConstants.REDUCE_THREADS);
    reduce.enqueue(stream, Math.toIntExact(blocks), 1, 1);
  }
}

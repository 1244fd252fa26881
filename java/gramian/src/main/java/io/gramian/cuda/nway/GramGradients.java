package io.gramian.cuda.nway;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.driver.MemoryTransfer;
import io.gramian.op.Similarity;
import java.lang.foreign.MemorySegment;

/**
 * The backward launches of {@link GramTuples}: weights to gradients of inner products and squared
 * lengths, in copies; the sum of the copies; what scaling to unit length hides; matrix products.
 */
final class GramGradients {
  private static final String IMAGE = NwayTuples.IMAGE;
  private static final int REDUCE_THREADS = 256;
  private static final int ROWS_PER_BLOCK = REDUCE_THREADS / 32;

  private final CudaDevice device;
  private final NwayRows rows;
  private final int n;
  private final NwayCells cells;
  private final GramTables tables;

  /** Where the copies of the sums start, of pairs and of modalities; then where all end. */
  private final long[] pairSums = new long[NwayFields.PAIRS];

  private final long[] lengthSums = new long[NwayFields.MODALITIES];
  private final long[] own = new long[NwayFields.MODALITIES];
  private final long sumsAt;
  private final long sumsBytes;

  private final Launch backward;
  private final Launch reduce;
  private final Launch project;
  private final Launch gradient;
  private long workspace;

  GramGradients(
      CudaDevice device,
      Similarity similarity,
      NwayRows rows,
      GramTables tables,
      NwayBox largest,
      boolean accumulate,
      Scratch scratch,
      LaunchList launches) {
    this.device = device;
    this.rows = rows;
    this.n = rows.modalities();
    this.tables = tables;
    this.cells = NwayCells.of(largest.count(), device.context().device().multiprocessors());
    this.sumsAt = scratch.region(0);
    for (int m = 0; m < n; m++) {
      for (int l = 0; l < m; l++) {
        long elements = Math.multiplyExact(tables.elements(l, m), cells.copies(l, m));
        pairSums[NwayFields.pair(l, m)] = scratch.words(elements);
      }
      lengthSums[m] = scratch.words((long) rows.count(m) * cells.copies(m, m));
    }
    this.sumsBytes = scratch.bytes() - sumsAt;
    for (int m = 0; m < n; m++) {
      own[m] = scratch.words(rows.count(m));
    }
    this.backward =
        launches.add(
            device.kernel(IMAGE, "nway_backward_n" + n),
            cells.threads(),
            0,
            BackwardParameter.BYTES);
    MemorySegment p = backward.parameter();
    BackwardParameter.SOURCE.prepare(
        p, GramTuples.kind(similarity), GramTuples.minimum(similarity));
    tables.prepare(p, BackwardParameter.SOURCE.tables());
    for (int q = 0; q < n; q++) {
      NwayFields.setInt(p, BackwardParameter.ROWS, q, rows.count(q));
      NwayFields.setInt(p, BackwardParameter.RANGES, q, cells.ranges()[q]);
      NwayFields.setInt(p, BackwardParameter.RANGE, q, cells.range()[q]);
    }
    this.reduce =
        launches.add(device.kernel(IMAGE, "nway_reduce"), REDUCE_THREADS, 0, ReduceParameter.BYTES);
    this.project =
        launches.add(
            device.kernel(IMAGE, "nway_project"), REDUCE_THREADS, 0, ProjectParameter.BYTES);
    ProjectParameter.ROWS.prepare(project.parameter(), rows);
    tables.prepare(project.parameter(), ProjectParameter.TABLES);
    this.gradient =
        launches.add(
            device.kernel(IMAGE, "nway_gradient_" + rows.dtype()),
            NwayTuples.TILE_THREADS,
            0,
            GradientParameter.BYTES);
    GradientParameter.ROWS.prepare(gradient.parameter(), rows);
    GradientParameter.GRADIENTS.prepare(gradient.parameter(), rows, accumulate);
    tables.preparePitch(gradient.parameter(), GradientParameter.PITCH);
  }

  /** Takes the workspace of a run. */
  void bind(long address) {
    workspace = address;
    MemorySegment p = backward.parameter();
    BackwardParameter.SOURCE.lengths().bind(p, rows, address);
    tables.bind(p, BackwardParameter.SOURCE.tables(), address);
    bindSums(p, BackwardParameter.PAIRS, BackwardParameter.LENGTHS);
    p = project.parameter();
    ProjectParameter.ALL_LENGTHS.bind(p, rows, address);
    tables.bind(p, ProjectParameter.TABLES, address);
    bindSums(p, ProjectParameter.PAIRS, ProjectParameter.OF_SQUARED);
    p = gradient.parameter();
    GradientParameter.LENGTHS.bind(p, rows, address);
    for (int q = 0; q < n; q++) {
      NwayFields.setLong(project.parameter(), ProjectParameter.OWN, q, address + own[q]);
      NwayFields.setLong(p, GradientParameter.OWN, q, address + own[q]);
    }
    for (int pair = 0; pair < n * (n - 1) / 2; pair++) {
      NwayFields.setLong(p, GradientParameter.PAIRS, pair, address + pairSums[pair]);
    }
  }

  private void bindSums(MemorySegment p, long pairs, long lengths) {
    for (int m = 0; m < n; m++) {
      NwayFields.setLong(p, lengths, m, workspace + lengthSums[m]);
      for (int l = 0; l < m; l++) {
        int pair = NwayFields.pair(l, m);
        NwayFields.setLong(p, pairs, pair, workspace + pairSums[pair]);
      }
    }
  }

  void bind(int modality, long data, long to) {
    ProjectParameter.ROWS.bind(project.parameter(), modality, data);
    GradientParameter.ROWS.bind(gradient.parameter(), modality, data);
    GradientParameter.GRADIENTS.bind(gradient.parameter(), modality, to);
  }

  void clear(long stream) {
    if (sumsBytes > 0) {
      MemoryTransfer.fillAsync(device.context(), workspace + sumsAt, (byte) 0, sumsBytes, stream);
    }
  }

  void backward(long stream, NwayBox box, long address, int type, long[] strides) {
    MemorySegment p = backward.parameter();
    BackwardParameter.SOURCE.box().set(p, box);
    p.set(JAVA_LONG, BackwardParameter.WEIGHTS, address);
    p.set(JAVA_INT, BackwardParameter.WEIGHT_TYPE, type);
    for (int axis = 0; axis < n - 1; axis++) {
      NwayFields.setLong(p, BackwardParameter.STRIDE, axis, strides[axis]);
    }
    backward.enqueue(stream, cells.blocks(), 1, 1);
  }

  void finish(long stream) {
    for (int m = 0; m < n; m++) {
      for (int l = 0; l < m; l++) {
        reduce(stream, pairSums[NwayFields.pair(l, m)], tables.elements(l, m), cells.copies(l, m));
      }
      reduce(stream, lengthSums[m], rows.count(m), cells.copies(m, m));
    }
    int most = rows.mostRows();
    if (most > 0) {
      project.enqueue(stream, Math.ceilDiv(most, ROWS_PER_BLOCK), n, 1);
      int tile = NwayTuples.TILE;
      gradient.enqueue(stream, Math.ceilDiv(most, tile), Math.ceilDiv(rows.d(), tile), n);
    }
  }

  private void reduce(long stream, long at, long count, int copies) {
    if (count == 0 || copies == 1) {
      return;
    }
    MemorySegment p = reduce.parameter();
    p.set(JAVA_LONG, ReduceParameter.SUMS, workspace + at);
    p.set(JAVA_LONG, ReduceParameter.COUNT, count);
    p.set(JAVA_INT, ReduceParameter.COPIES, copies);
    reduce.enqueue(stream, Math.toIntExact(Math.ceilDiv(count, (long) REDUCE_THREADS)), 1, 1);
  }

  /** Struct {@code BackwardParams} of kernels/include/gramian/nway/backward.cuh. */
  private static final class BackwardParameter {
    private static final StructLayout LAYOUT = new StructLayout();
    static final NwayFields.Source SOURCE = NwayFields.Source.next(LAYOUT);
    static final long WEIGHTS = LAYOUT.pointer();
    static final long STRIDE = LAYOUT.int64s(NwayFields.OUTER);
    static final long PAIRS = LAYOUT.int64s(NwayFields.PAIRS);
    static final long LENGTHS = LAYOUT.int64s(NwayFields.MODALITIES);
    static final long ROWS = LAYOUT.int32s(NwayFields.MODALITIES);
    static final long RANGES = LAYOUT.int32s(NwayFields.MODALITIES);
    static final long RANGE = LAYOUT.int32s(NwayFields.MODALITIES);
    static final long WEIGHT_TYPE = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code ReduceParams} of kernels/include/gramian/nway/reduce.cuh. */
  private static final class ReduceParameter {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SUMS = LAYOUT.pointer();
    static final long COUNT = LAYOUT.int64();
    static final long COPIES = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code ProjectParams} of kernels/include/gramian/nway/reduce.cuh. */
  private static final class ProjectParameter {
    private static final StructLayout LAYOUT = new StructLayout();
    static final NwayFields.Rows ROWS = NwayFields.Rows.next(LAYOUT);
    static final NwayFields.Lengths ALL_LENGTHS = NwayFields.Lengths.next(LAYOUT);
    static final NwayFields.Tables TABLES = NwayFields.Tables.next(LAYOUT);
    static final long PAIRS = LAYOUT.int64s(NwayFields.PAIRS);
    static final long OF_SQUARED = LAYOUT.int64s(NwayFields.MODALITIES);
    static final long OWN = LAYOUT.int64s(NwayFields.MODALITIES);
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code GradientParams} of kernels/include/gramian/nway/gradient.cuh. */
  private static final class GradientParameter {
    private static final StructLayout LAYOUT = new StructLayout();
    static final NwayFields.Rows ROWS = NwayFields.Rows.next(LAYOUT);
    static final NwayFields.Lengths LENGTHS = NwayFields.Lengths.next(LAYOUT);
    static final NwayFields.Gradients GRADIENTS = NwayFields.Gradients.next(LAYOUT);
    static final long PAIRS = LAYOUT.int64s(NwayFields.PAIRS);
    static final long OWN = LAYOUT.int64s(NwayFields.MODALITIES);
    static final long PITCH = LAYOUT.int32s(NwayFields.MODALITIES);
    static final long BYTES = LAYOUT.bytes();
  }
}

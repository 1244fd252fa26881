package io.gramian.cuda.nway;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.driver.MemoryTransfer;
import java.lang.foreign.MemorySegment;

/**
 * Multilinear inner products of three modalities or more: matrix products of one modality with the
 * elementwise products of the others, which are made on the way and never stored.
 */
final class MipTuples extends NwayTuples {
  private static final int FINISH_THREADS = 128;
  private static final int FINISH_ROWS = FINISH_THREADS / 32;
  private static final int BLOCKS_PER_MULTIPROCESSOR = 4;

  /** Fewer tuples than this are not worth a part of their own. */
  private static final int LEAST_PART = 256;

  private static final int MOST_SPLITS = 64;

  private final int n;
  private final int[] splits;
  private final long[] sums;
  private final long sumsAt;
  private final long sumsBytes;
  private final Launch scores;
  private final Launch gradient;
  private final Launch finish;

  MipTuples(
      CudaDevice device,
      NwayRows rows,
      NwayBox largest,
      boolean accumulate,
      Scratch scratch,
      LaunchList launches) {
    super(device, rows, launches);
    this.n = rows.modalities();
    this.scores =
        launches.add(
            device.kernel(IMAGE, "nway_multilinear_scores_" + rows.dtype()),
            TILE_THREADS,
            0,
            ScoresParameter.BYTES);
    ScoresParameter.ROWS.prepare(scores.parameter(), rows);
    this.splits = new int[n];
    this.sums = new long[n];
    this.sumsAt = scratch.region(0);
    if (!wantsGradients()) {
      this.sumsBytes = 0;
      this.gradient = null;
      this.finish = null;
      return;
    }
    for (int p = 0; p < n; p++) {
      if (rows.gradients().get(p) != null) {
        splits[p] =
            splits(
                largest.count()[p],
                rows.d(),
                largest.tuplesWithout(p),
                device.context().device().multiprocessors());
        sums[p] = scratch.words(Math.multiplyExact((long) rows.count(p) * rows.d(), splits[p]));
      }
    }
    this.sumsBytes = scratch.bytes() - sumsAt;
    this.gradient =
        launches.add(
            device.kernel(IMAGE, "nway_multilinear_gradient_" + rows.dtype()),
            TILE_THREADS,
            0,
            GradientParameter.BYTES);
    GradientParameter.ROWS.prepare(gradient.parameter(), rows);
    this.finish =
        launches.add(
            device.kernel(IMAGE, "nway_multilinear_finish_" + rows.dtype()),
            FINISH_THREADS,
            0,
            FinishParameter.BYTES);
    FinishParameter.ROWS.prepare(finish.parameter(), rows);
    FinishParameter.GRADIENTS.prepare(finish.parameter(), rows, accumulate);
    for (int p = 0; p < n; p++) {
      NwayFields.setInt(finish.parameter(), FinishParameter.SPLITS, p, splits[p]);
    }
  }

  /** Into how many parts the sum over index tuples is cut, so that blocks fill the device. */
  static int splits(int rowCount, int d, long tuples, int multiprocessors) {
    long tiles = (long) Math.ceilDiv(Math.max(rowCount, 1), TILE) * Math.ceilDiv(d, TILE);
    long wanted = Math.ceilDiv((long) BLOCKS_PER_MULTIPROCESSOR * multiprocessors, tiles);
    long worth = Math.max(tuples / LEAST_PART, 1);
    return (int) Math.min(Math.min(wanted, worth), MOST_SPLITS);
  }

  @Override
  public void bind(long address) {
    super.bind(address);
    ScoresParameter.LENGTHS.bind(scores.parameter(), rows, address);
    if (gradient != null) {
      GradientParameter.LENGTHS.bind(gradient.parameter(), rows, address);
      FinishParameter.LENGTHS.bind(finish.parameter(), rows, address);
      for (int p = 0; p < n; p++) {
        NwayFields.setLong(finish.parameter(), FinishParameter.SUMS, p, address + sums[p]);
      }
    }
  }

  @Override
  public void bind(int modality, long data, long to) {
    super.bind(modality, data, to);
    ScoresParameter.ROWS.bind(scores.parameter(), modality, data);
    if (gradient != null) {
      GradientParameter.ROWS.bind(gradient.parameter(), modality, data);
      FinishParameter.ROWS.bind(finish.parameter(), modality, data);
      FinishParameter.GRADIENTS.bind(finish.parameter(), modality, to);
    }
  }

  @Override
  public void scores(long stream, NwayBox box, long address, long[] strides) {
    if (box.tuples() == 0) {
      return;
    }
    int outer = Math.toIntExact(box.tuplesWithout(n - 1));
    MemorySegment p = scores.parameter();
    ScoresParameter.BOX.set(p, box);
    p.set(JAVA_LONG, ScoresParameter.SCORES, address);
    p.set(JAVA_INT, ScoresParameter.OUTER, outer);
    for (int axis = 0; axis < n - 1; axis++) {
      NwayFields.setLong(p, ScoresParameter.STRIDE, axis, strides[axis]);
    }
    scores.enqueue(stream, Math.ceilDiv(outer, TILE), Math.ceilDiv(box.count()[n - 1], TILE), 1);
  }

  @Override
  public void clear(long stream) {
    if (sumsBytes > 0) {
      MemoryTransfer.fillAsync(device.context(), workspace + sumsAt, (byte) 0, sumsBytes, stream);
    }
  }

  @Override
  public void backward(long stream, NwayBox box, long address, int type, long[] strides) {
    if (box.tuples() == 0) {
      return;
    }
    MemorySegment p = gradient.parameter();
    GradientParameter.BOX.set(p, box);
    p.set(JAVA_LONG, GradientParameter.WEIGHTS, address);
    p.set(JAVA_INT, GradientParameter.WEIGHT_TYPE, type);
    for (int axis = 0; axis < n; axis++) {
      NwayFields.setLong(p, GradientParameter.STRIDE, axis, strides[axis]);
    }
    for (int modality = 0; modality < n; modality++) {
      if (splits[modality] > 0) {
        p.set(JAVA_LONG, GradientParameter.SUMS, workspace + sums[modality]);
        p.set(JAVA_INT, GradientParameter.MODALITY, modality);
        p.set(JAVA_INT, GradientParameter.TUPLES, Math.toIntExact(box.tuplesWithout(modality)));
        p.set(JAVA_INT, GradientParameter.SPLIT_COUNT, splits[modality]);
        gradient.enqueue(
            stream,
            Math.ceilDiv(box.count()[modality], TILE),
            Math.ceilDiv(rows.d(), TILE),
            splits[modality]);
      }
    }
  }

  @Override
  public void finish(long stream) {
    int most = rows.mostRows();
    if (most > 0) {
      finish.enqueue(stream, Math.ceilDiv(most, FINISH_ROWS), n, 1);
    }
  }

  /** Struct {@code MultilinearScoresParams} of kernels/include/gramian/nway/multilinear.cuh. */
  private static final class ScoresParameter {
    private static final StructLayout LAYOUT = new StructLayout();
    static final NwayFields.Rows ROWS = NwayFields.Rows.next(LAYOUT);
    static final NwayFields.Lengths LENGTHS = NwayFields.Lengths.next(LAYOUT);
    static final NwayFields.Box BOX = NwayFields.Box.next(LAYOUT);
    static final long SCORES = LAYOUT.pointer();
    static final long STRIDE = LAYOUT.int64s(NwayFields.OUTER);
    static final long OUTER = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code MultilinearGradientParams} of the same header. */
  private static final class GradientParameter {
    private static final StructLayout LAYOUT = new StructLayout();
    static final NwayFields.Rows ROWS = NwayFields.Rows.next(LAYOUT);
    static final NwayFields.Lengths LENGTHS = NwayFields.Lengths.next(LAYOUT);
    static final NwayFields.Box BOX = NwayFields.Box.next(LAYOUT);
    static final long WEIGHTS = LAYOUT.pointer();
    static final long STRIDE = LAYOUT.int64s(NwayFields.MODALITIES);
    static final long SUMS = LAYOUT.pointer();
    static final long WEIGHT_TYPE = LAYOUT.int32();
    static final long MODALITY = LAYOUT.int32();
    static final long TUPLES = LAYOUT.int32();
    static final long SPLIT_COUNT = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code MultilinearFinishParams} of the same header. */
  private static final class FinishParameter {
    private static final StructLayout LAYOUT = new StructLayout();
    static final NwayFields.Rows ROWS = NwayFields.Rows.next(LAYOUT);
    static final NwayFields.Lengths LENGTHS = NwayFields.Lengths.next(LAYOUT);
    static final NwayFields.Gradients GRADIENTS = NwayFields.Gradients.next(LAYOUT);
    static final long SUMS = LAYOUT.int64s(NwayFields.MODALITIES);
    static final long SPLITS = LAYOUT.int32s(NwayFields.MODALITIES);
    static final long BYTES = LAYOUT.bytes();
  }
}

package io.gramian.cuda.nway;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.ElementType;
import io.gramian.cuda.abi.NwayConstants;
import io.gramian.cuda.abi.NwayMultilinearFinishParams;
import io.gramian.cuda.abi.NwayMultilinearGradientParams;
import io.gramian.cuda.abi.NwayMultilinearScoresParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.MemoryTransfer;

/**
 * Multilinear inner products of three modalities or more: matrix products of one modality with the
 * elementwise products of the others, which are made on the way and never stored.
 */
final class MipTuples extends NwayTuples {
  private static final int TILE = NwayConstants.TILE_SIZE;
  private static final int FINISH_ROWS = NwayConstants.LENGTH_THREADS / Constants.WARP_SIZE;
  private static final int BLOCKS_PER_MULTIPROCESSOR = 4;

  /** Fewer tuples than this are not worth a part of their own. */
  private static final int LEAST_PART = 256;

  private static final int MOST_SPLITS = 64;

  private final int n;

  /** Parts of the sum of each modality's gradient; 0 where that is not wanted. */
  private final int[] splits;

  private final long[] sums;
  private final long sumsAt;
  private final long sumsBytes;
  private final KernelLaunch<NwayMultilinearScoresParams> scores;
  private final KernelLaunch<NwayMultilinearGradientParams> gradient;
  private final KernelLaunch<NwayMultilinearFinishParams> finish;

  MipTuples(
      CudaDevice device,
      Modalities modalities,
      TupleBox largest,
      boolean accumulate,
      Scratch scratch,
      LaunchList launches) {
    super(device, modalities, launches);
    this.n = modalities.count();
    this.splits = new int[n];
    this.sums = new long[n];
    this.sumsAt = scratch.region(0);
    for (int p = 0; p < n; p++) {
      if (modalities.wantsGradient(p)) {
        splits[p] =
            splits(
                largest.count()[p],
                modalities.d(),
                largest.tuplesWithout(p),
                device.context().device().multiprocessors());
        long elements = (long) modalities.rows(p) * modalities.d();
        sums[p] = scratch.words(Math.multiplyExact(elements, splits[p]));
      }
    }
    this.sumsBytes = scratch.bytes() - sumsAt;
    this.scores =
        launches.add(
            device,
            kernel(
                "multilinear_scores",
                modalities,
                NwayConstants.TILE_THREADS,
                NwayMultilinearScoresParams.TYPE));
    modalities.describe(scores.parameter().rows());
    this.gradient =
        launches.add(
            device,
            kernel(
                "multilinear_gradient",
                modalities,
                NwayConstants.TILE_THREADS,
                NwayMultilinearGradientParams.TYPE));
    modalities.describe(gradient.parameter().rows());
    this.finish =
        launches.add(
            device,
            kernel(
                "multilinear_finish",
                modalities,
                NwayConstants.LENGTH_THREADS,
                NwayMultilinearFinishParams.TYPE));
    modalities.describe(finish.parameter().rows());
    modalities.describe(finish.parameter().gradients(), accumulate);
    for (int p = 0; p < n; p++) {
      finish.parameter().splits(p, splits[p]);
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
    modalities.bind(scores.parameter().lengths(), address);
    modalities.bind(gradient.parameter().lengths(), address);
    modalities.bind(finish.parameter().lengths(), address);
    for (int p = 0; p < n; p++) {
      finish.parameter().sums(p, address + sums[p]);
    }
  }

  @Override
  public void bind(int modality, long data, long to) {
    super.bind(modality, data, to);
    scores.parameter().rows().data(modality, data);
    gradient.parameter().rows().data(modality, data);
    finish.parameter().rows().data(modality, data);
    finish.parameter().gradients().data(modality, to);
  }

  @Override
  public void scores(long stream, TupleBox box, long address, long[] strides) {
    if (box.tuples() == 0) {
      return;
    }
    int outer = Math.toIntExact(box.tuplesWithout(n - 1));
    NwayMultilinearScoresParams p = scores.parameter();
    box.write(p.box());
    p.scores(address).outer(outer);
    for (int axis = 0; axis < n - 1; axis++) {
      p.stride(axis, strides[axis]);
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
  public void backward(long stream, TupleBox box, long address, ElementType type, long[] strides) {
    if (box.tuples() == 0) {
      return;
    }
    NwayMultilinearGradientParams p = gradient.parameter();
    box.write(p.box());
    p.weights(address).weightType(type);
    for (int axis = 0; axis < n; axis++) {
      p.stride(axis, strides[axis]);
    }
    for (int modality = 0; modality < n; modality++) {
      if (splits[modality] > 0) {
        p.sums(workspace + sums[modality]).splits(splits[modality]);
        p.modality(modality).tuples(Math.toIntExact(box.tuplesWithout(modality)));
        gradient.enqueue(
            stream,
            Math.ceilDiv(box.count()[modality], TILE),
            Math.ceilDiv(modalities.d(), TILE),
            splits[modality]);
      }
    }
  }

  @Override
  public void finish(long stream) {
    int most = modalities.mostRows();
    if (most > 0) {
      finish.enqueue(stream, Math.ceilDiv(most, FINISH_ROWS), n, 1);
    }
  }
}

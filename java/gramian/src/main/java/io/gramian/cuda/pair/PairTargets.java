package io.gramian.cuda.pair;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.ContrastiveMakeLabelsParams;
import io.gramian.cuda.abi.CorrectParams;
import io.gramian.cuda.abi.ForwardParams;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/**
 * Which tuple belongs to each anchor. The anchors that have one come first.
 *
 * <p>Labels are read on the device only: one that is no tuple gives NaN rather than an error.
 */
public abstract class PairTargets {
  private final int count;
  private final long stride;

  private long labels;

  private PairTargets(int count, long stride) {
    this.count = count;
    this.stride = stride;
  }

  /** Those of the input {@code labels}, or anchor i belongs to tuple i. */
  public static PairTargets given(PairEngine engine, Specs inputs) {
    return new Given(engine.anchor().rows().count(), inputs.find("labels"));
  }

  /** Anchors and tuples are the same rows, and rows 2i and 2i + 1 are each other's targets. */
  public static PairTargets views(PairEngine engine, Scratch scratch) {
    return new Views(engine, scratch, engine.anchor().rows().count());
  }

  /** Anchors and tuples are the same rows, and each row is its own target. */
  public static PairTargets own(PairEngine engine) {
    return new Own(engine.anchor().rows().count());
  }

  /** The first anchors belong to the tuples of the same index; the others have none. */
  public static PairTargets first(PairEngine engine, Scratch scratch, int count) {
    return new First(engine, scratch, count);
  }

  /** Whether a pass may leave out pairs. */
  boolean leavesPairsOut() {
    return false;
  }

  /** Anchors that have a tuple. */
  int count() {
    return count;
  }

  /** Takes the labels of a run. */
  public abstract void begin(long stream, Bindings in);

  final void bind(long address) {
    labels = address;
  }

  /** Whether several anchors may have the same tuple. */
  boolean areShared() {
    return false;
  }

  /** Whether anchors and tuples are the same rows, so that both sides' sums are the same. */
  boolean areWithin() {
    return false;
  }

  /** Device address of the tuple of each anchor; 0: anchor i belongs to tuple i. */
  public final long labels() {
    return labels;
  }

  /** Numbers from label to label. */
  public final long stride() {
    return stride;
  }

  /** Says which score of each anchor is that with its own tuple. */
  public void describe(ForwardParams p) {
    p.labels(labels).labelStride(stride);
  }

  void describe(WeighParams p) {
    p.labels(labels).labelStride(stride);
  }

  final void describe(CorrectParams p) {
    p.labels(labels).labelStride(stride);
  }

  private static final class Given extends PairTargets {
    private final boolean areGiven;

    Given(int anchors, TensorSpec labels) {
      super(anchors, labels == null ? 0 : labels.stride(0));
      this.areGiven = labels != null;
    }

    @Override
    boolean areShared() {
      return areGiven;
    }

    @Override
    public void begin(long stream, Bindings in) {
      bind(CudaExecutor.address(in.find("labels")));
    }
  }

  private static final class Own extends PairTargets {
    Own(int rows) {
      super(rows, 0);
    }

    @Override
    boolean areWithin() {
      return true;
    }

    @Override
    public void begin(long stream, Bindings in) {}
  }

  /** Labels that a kernel makes. */
  private abstract static class Made extends PairTargets {
    private final PairEngine engine;
    private final Region region;
    private final KernelLaunch<ContrastiveMakeLabelsParams> make;

    Made(PairEngine engine, Scratch scratch, int count) {
      super(count, 1);
      int anchors = engine.anchor().rows().count();
      this.engine = engine;
      this.region = scratch.reserve((long) Integer.BYTES * anchors);
      this.make = engine.launch(Kernels.CONTRASTIVE_MAKE_LABELS);
      make.parameter().anchors(anchors).targets(count).areViews(areWithin());
    }

    @Override
    public void begin(long stream, Bindings in) {
      bind(region.at(engine.workspace()));
      make.parameter().labels(labels());
      int anchors = engine.anchor().rows().count();
      make.enqueue(stream, Math.ceilDiv(anchors, Constants.ROW_THREADS), 1, 1);
    }
  }

  private static final class Views extends Made {
    Views(PairEngine engine, Scratch scratch, int count) {
      super(engine, scratch, count);
    }

    @Override
    boolean areWithin() {
      return true;
    }

    @Override
    public void describe(ForwardParams p) {
      super.describe(p);
      p.skipDiagonal(true);
    }

    @Override
    void describe(WeighParams p) {
      super.describe(p);
      p.skipDiagonal(true);
    }
  }

  private static final class First extends Made {
    First(PairEngine engine, Scratch scratch, int count) {
      super(engine, scratch, count);
    }

    @Override
    boolean leavesPairsOut() {
      return true;
    }

    /** No pair of an anchor without a tuple and a tuple without an anchor has a weight. */
    @Override
    public void describe(ForwardParams p) {
      super.describe(p);
      p.matched(count());
    }
  }
}

package io.gramian.rank;

import io.gramian.Collective;
import io.gramian.CollectiveException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.ParameterException;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The exchanges of a plan: of tensors at the place of its device, through a group that may have its
 * own elsewhere. Buffers are made with the plan.
 */
final class Exchange implements AutoCloseable {
  private final Device device;
  private final Collective group;
  private final List<Tensor> buffers = new ArrayList<>();
  private long bytes;
  private Stream stream;

  /**
   * For a plan on a device.
   *
   * @throws ParameterException if the group takes tensors neither of the device nor of the host
   */
  Exchange(Device device, Collective group) {
    this.device = device;
    this.group = group;
    if (isStaged() && !group.place().isHost()) {
      throw new ParameterException(
          "expected a collective for tensors on "
              + device.place()
              + " or in host memory, got one for tensors on "
              + group.place());
    }
  }

  /** Starts a run, whose exchanges are in the order of a stream. */
  void on(Stream ofRun) {
    stream = group.place().isHost() ? null : ofRun;
  }

  int rank() {
    return group.rank();
  }

  int size() {
    return group.size();
  }

  /** Bytes of the buffers at the device's place. */
  long bytes() {
    return bytes;
  }

  /** A buffer at the device's place. */
  Tensor buffer(TensorSpec spec) {
    Tensor buffer = device.allocate(spec);
    buffers.add(buffer);
    bytes += spec.spanBytes();
    return buffer;
  }

  /** A buffer where the group has its tensors. */
  private Tensor staging(TensorSpec spec) {
    return group.place().isHost() ? Tensor.zeros(spec) : buffer(spec);
  }

  /** Whether tensors of the device are not where the group has its own. */
  private boolean isStaged() {
    return !group.place().equals(device.place());
  }

  /** Replaces numbers at the device's place by what becomes of those of all ranks. */
  void reduce(Tensor values, Collective.Reduction reduction) {
    if (!isStaged()) {
      group.allReduce(stream, values, reduction);
    } else {
      Tensor host = Tensor.zeros(values.spec());
      host.copyFrom(values);
      group.allReduce(stream, host, reduction);
      values.copyFrom(host);
    }
  }

  /** Replaces numbers in host memory by what becomes of those of all ranks. */
  void reduce(double[] values, Collective.Reduction reduction) {
    Tensor host = Tensor.of(values, values.length);
    if (group.place().isHost()) {
      group.allReduce(stream, host, reduction);
    } else {
      try (Tensor there = device.upload(host, DType.F64)) {
        group.allReduce(stream, there, reduction);
        host.copyFrom(there);
      }
    }
  }

  /** A text of each rank. */
  List<String> texts(String own) {
    double[] characters = own.chars().asDoubleStream().toArray();
    long[] ones = new long[size()];
    Arrays.fill(ones, 1);
    double[] lengths = gather(new double[] {characters.length}, ones);
    long[] counts = Arrays.stream(lengths).mapToLong(length -> (long) length).toArray();
    double[] all = gather(characters, counts);
    List<String> texts = new ArrayList<>();
    int at = 0;
    for (long count : counts) {
      StringBuilder text = new StringBuilder();
      for (long i = 0; i < count; i++) {
        text.append((char) all[at++]);
      }
      texts.add(text.toString());
    }
    return texts;
  }

  /**
   * Makes something that can fail on some ranks and not on others, and tells them.
   *
   * @throws CollectiveException if it failed on another rank
   */
  <T> T together(Supplier<T> maker, Consumer<T> undo) {
    T made = null;
    RuntimeException failure = null;
    try {
      made = maker.get();
    } catch (OutOfMemoryError e) {
      failure = new GramianException("no memory for a plan", e);
    } catch (RuntimeException e) {
      failure = e;
    }
    List<String> failures = texts(failure == null ? "" : String.valueOf(failure.getMessage()));
    if (failure != null) {
      throw failure;
    }
    for (int r = 0; r < failures.size(); r++) {
      if (!failures.get(r).isEmpty()) {
        undo.accept(made);
        throw new CollectiveException("rank " + r + " cannot plan: " + failures.get(r));
      }
    }
    return made;
  }

  /** Numbers of all ranks, one after another. */
  double[] gather(double[] values, long[] counts) {
    double[] all = new double[Math.toIntExact(Arrays.stream(counts).sum())];
    Tensor from = Tensor.of(values, values.length);
    Tensor to = Tensor.of(all, all.length);
    if (group.place().isHost()) {
      group.allGather(stream, from, to, counts);
      return all;
    }
    try (Tensor shard = device.upload(from, DType.F64);
        Tensor shards = device.upload(to, DType.F64)) {
      group.allGather(stream, shard, shards, counts);
      return shards.toDoubles();
    }
  }

  /** The rows of some dimension of all ranks, put together from their shards. */
  final class Rows {
    private final List<Piece> pieces;
    private final Tensor whole;
    private final Tensor staged;
    private final Tensor shard;

    /**
     * Makes the buffers.
     *
     * @param own this rank's shard, [rows,...]
     */
    Rows(TensorSpec own, List<Piece> pieces) {
      this.pieces = pieces;
      this.whole = buffer(sized(own, pieces.stream().mapToLong(Piece::all).sum()));
      this.staged = isStaged() ? staging(whole.spec()) : whole;
      this.shard = staging(own.as(own.dtype()));
    }

    /** What {@link #gather} leaves, at the device's place. */
    Tensor whole() {
      return whole;
    }

    /** The same where the group has its tensors. */
    Tensor staged() {
      return staged;
    }

    /** Gathers the shards. */
    void gather(Tensor own) {
      for (Piece piece : pieces) {
        Tensor packed = rows(shard, piece.from(), piece.own());
        packed.copyFrom(rows(own, piece.from(), piece.own()));
        Tensor all = rows(staged, piece.start(), piece.all());
        group.allGather(stream, packed, all, counts(piece, whole.spec()));
        if (staged != whole) {
          rows(whole, piece.start(), piece.all()).copyFrom(all);
        }
      }
    }
  }

  /** The sums over the ranks of the rows of all, of which each rank wants its shard. */
  final class Sums {
    private final Piece piece;
    private final Tensor whole;
    private final Tensor staged;
    private final Tensor shard;

    /** Makes the buffers. */
    Sums(TensorSpec own, Piece piece) {
      this.piece = piece;
      this.whole = buffer(sized(own, piece.all()));
      this.staged = isStaged() ? staging(whole.spec()) : whole;
      this.shard = staging(own.as(own.dtype()));
    }

    /** This rank's part of the sums. */
    Tensor whole() {
      return whole;
    }

    /** Adds up the parts, and gives this rank's shard of the sums. */
    Tensor scatter() {
      if (staged != whole) {
        staged.copyFrom(whole);
      }
      group.reduceScatter(stream, staged, shard, counts(piece, whole.spec()));
      return shard;
    }
  }

  private static long[] counts(Piece piece, TensorSpec spec) {
    long width = Arrays.stream(spec.shape()).skip(1).reduce(1, Math::multiplyExact);
    return Arrays.stream(piece.rows()).map(rows -> rows * width).toArray();
  }

  /** The packed spec of as many rows. */
  static TensorSpec sized(TensorSpec spec, long rows) {
    long[] shape = spec.shape();
    shape[0] = rows;
    return TensorSpec.of(spec.dtype(), shape);
  }

  /** A view of some rows. */
  static Tensor rows(Tensor tensor, long from, long count) {
    TensorSpec spec = tensor.spec();
    long[] shape = spec.shape();
    shape[0] = count;
    TensorSpec part = TensorSpec.strided(spec.dtype(), shape, spec.strides());
    return tensor.view(part.elements() == 0 ? 0 : from * spec.stride(0), part);
  }

  @Override
  public void close() {
    buffers.forEach(Tensor::close);
  }
}

package io.gramian.testing;

import io.gramian.Bindings;
import io.gramian.Collective;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.op.ClipMatched;
import io.gramian.op.Names;
import io.gramian.op.Op;
import io.gramian.op.SetClip;
import io.gramian.op.Sharding;
import io.gramian.op.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A whole batch of an op as unequal shards of ranks, and the whole outputs out of theirs. */
final class Sharded implements AutoCloseable {
  private final Device device;
  private final int ranks;
  private final Op ofRank;
  private final Sharding sharding;
  private final Signature signature;
  private final List<Tensor> owned = new ArrayList<>();

  /**
   * For an op on a device.
   *
   * @throws UnsupportedOpException if ranks cannot share it
   */
  Sharded(Device device, int ranks, Op whole, Signature signature) {
    this.device = device;
    this.ranks = ranks;
    this.ofRank = ofRank(whole, ranks);
    this.sharding = ofRank.sharding(ranks).orElseThrow();
    this.signature = signature;
  }

  /** What each rank plans, so that all together have the whole op. */
  private static Op ofRank(Op op, int ranks) {
    return switch (op) {
      case ClipMatched clip -> clip.matched(shareOf(clip.matched(), ranks));
      case SetClip set -> set.matched(shareOf(set.matched(), ranks));
      default -> op;
    };
  }

  private static int shareOf(int matched, int ranks) {
    if (matched % ranks != 0) {
      throw new UnsupportedOpException(matched + " matched rows for " + ranks + " ranks");
    }
    return matched / ranks;
  }

  Op ofRank() {
    return ofRank;
  }

  /** Sizes of the shards of some rows: the first ones are smaller. */
  private long[] sizes(long rows) {
    long units = rows / sharding.unit();
    long[] sizes = new long[ranks];
    long from = 0;
    for (int r = 0; r < ranks; r++) {
      long to = units * (r + 1) * (r + 2) / ((long) ranks * (ranks + 1));
      sizes[r] = (to - from) * sharding.unit();
      from = to;
      if (sizes[r] < Math.max(1, sharding.head())) {
        throw new UnsupportedOpException("too few rows for " + ranks + " ranks: " + rows);
      }
    }
    return sizes;
  }

  /** The inputs of a rank. */
  Bindings inputs(Bindings whole, int rank) {
    Map<String, Tensor> shards = new LinkedHashMap<>();
    whole.asMap().forEach((name, tensor) -> shards.put(name, shard(name, tensor, rank)));
    addLabels(shards, whole, rank);
    return Bindings.of(shards);
  }

  /** The outputs of a rank, with what they hold. */
  Bindings outputs(Bindings whole, int rank) {
    Map<String, Tensor> shards = new LinkedHashMap<>();
    whole
        .asMap()
        .forEach(
            (name, tensor) ->
                shards.put(
                    name, isDivided(name) || rank == 0 ? shard(name, tensor, rank) : copy(tensor)));
    return Bindings.of(shards);
  }

  /** Where anchors and tuples are not as many, anchor i of the batch still belongs to tuple i. */
  private void addLabels(Map<String, Tensor> shards, Bindings whole, int rank) {
    if (signature.find(Names.LABELS) == null || whole.has(Names.LABELS)) {
      return;
    }
    long anchors = whole.get(Names.ANCHOR).spec().size(0);
    if (anchors == whole.get("modality1").spec().size(0)) {
      return;
    }
    long[] sizes = sizes(anchors);
    long first = Arrays.stream(sizes, 0, rank).sum();
    int[] labels = new int[(int) sizes[rank]];
    Arrays.setAll(labels, i -> (int) first + i);
    shards.put(Names.LABELS, keep(device.upload(Tensor.of(labels, labels.length), DType.I32)));
  }

  boolean isDivided(String name) {
    List<String> dims = signature.find(name).dims();
    return !dims.isEmpty() && sharding.dims().contains(dims.getFirst());
  }

  /** A rank's shard: a view where its rows are neighbours, else a copy. */
  private Tensor shard(String name, Tensor tensor, int rank) {
    if (!isDivided(name)) {
      return tensor;
    }
    long[] sizes = sizes(tensor.spec().size(0));
    if (sharding.head() == 0) {
      return rows(tensor, Arrays.stream(sizes, 0, rank).sum(), sizes[rank]);
    }
    long head = sharding.head();
    Tensor shard = keep(device.allocate(sized(tensor.spec(), sizes[rank])));
    rows(shard, 0, head).copyFrom(rows(tensor, rank * head, head));
    rows(shard, head, sizes[rank] - head).copyFrom(rest(tensor, sizes, rank));
    return shard;
  }

  /** The rows of a rank behind the heads of all. */
  private Tensor rest(Tensor tensor, long[] sizes, int rank) {
    long head = sharding.head();
    long before = Arrays.stream(sizes, 0, rank).map(size -> size - head).sum();
    return rows(tensor, head * sizes.length + before, sizes[rank] - head);
  }

  /** Writes what a rank has written into the whole output, where it is not there yet. */
  void collect(Tensor whole, Tensor shard, int rank) {
    if (sharding.head() > 0) {
      long head = sharding.head();
      long[] sizes = sizes(whole.spec().size(0));
      rows(whole, rank * head, head).copyFrom(rows(shard, 0, head));
      rest(whole, sizes, rank).copyFrom(rows(shard, head, sizes[rank] - head));
    }
  }

  /** Gathers from the ranks of a group of processes what each has written. */
  void gather(Tensor whole, Tensor own, Collective group) {
    long[] sizes = sizes(whole.spec().size(0));
    long width = whole.spec().elements() / whole.spec().size(0);
    long[] counts = Arrays.stream(sizes).map(size -> size * width).toArray();
    Tensor packed = Tensor.zeros(own.spec().as(own.dtype()));
    packed.copyFrom(own);
    Tensor all = Tensor.zeros(TensorSpec.of(own.dtype(), Arrays.stream(counts).sum()));
    group.allGather(null, packed, all, counts);
    long at = 0;
    for (int r = 0; r < ranks; r++) {
      Tensor shard = all.view(at, sized(own.spec(), sizes[r]));
      if (sharding.head() > 0) {
        collect(whole, shard, r);
      } else {
        rows(whole, at / width, sizes[r]).copyFrom(shard);
      }
      at += counts[r];
    }
  }

  private static TensorSpec sized(TensorSpec spec, long rows) {
    long[] shape = spec.shape();
    shape[0] = rows;
    return TensorSpec.of(spec.dtype(), shape);
  }

  private static Tensor rows(Tensor tensor, long from, long count) {
    TensorSpec spec = tensor.spec();
    long[] shape = spec.shape();
    shape[0] = count;
    TensorSpec part = TensorSpec.strided(spec.dtype(), shape, spec.strides());
    return tensor.view(part.elements() == 0 ? 0 : from * spec.stride(0), part);
  }

  private Tensor copy(Tensor tensor) {
    return keep(device.upload(tensor, tensor.dtype()));
  }

  private Tensor keep(Tensor tensor) {
    owned.add(tensor);
    return tensor;
  }

  @Override
  public void close() {
    owned.forEach(Tensor::close);
  }
}

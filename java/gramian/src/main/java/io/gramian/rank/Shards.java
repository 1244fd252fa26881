package io.gramian.rank;

import io.gramian.CollectiveException;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.op.Op;
import io.gramian.op.Sharding;
import io.gramian.op.Signature;
import io.gramian.op.Sizes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/** The shards of all ranks, as they have told each other before the first exchange of a plan. */
final class Shards {
  private final String op;
  private final Sharding sharding;
  private final int rank;

  /** By dimension: its size on each rank. */
  private final Map<String, long[]> sizes;

  private Shards(String op, Sharding sharding, int rank, Map<String, long[]> sizes) {
    this.op = op;
    this.sharding = sharding;
    this.rank = rank;
    this.sizes = sizes;
  }

  /**
   * Tells the others what this rank plans, and learns what they do.
   *
   * @throws CollectiveException on all ranks, if they plan different things
   * @throws ShapeException on all ranks, if a shard is no shard of this op
   */
  static Shards exchange(
      Exchange exchange,
      Op op,
      Sharding sharding,
      Specs inputs,
      Specs outputs,
      PlanOptions options) {
    Signature signature = op.signature(inputs);
    compare(exchange.texts(describe(op, signature, sharding, inputs, outputs, options)));
    Sizes own = signature.match(inputs, outputs);
    List<String> dims = sharding.dims();
    double[] mine = dims.stream().mapToDouble(own::get).toArray();
    long[] counts = new long[exchange.size()];
    Arrays.fill(counts, mine.length);
    double[] all = exchange.gather(mine, counts);
    Map<String, long[]> sizes = new LinkedHashMap<>();
    for (int i = 0; i < dims.size(); i++) {
      long[] ofRanks = new long[exchange.size()];
      for (int r = 0; r < ofRanks.length; r++) {
        ofRanks[r] = (long) all[r * dims.size() + i];
      }
      sizes.put(dims.get(i), ofRanks);
    }
    Shards shards = new Shards(op.name(), sharding, exchange.rank(), sizes);
    sizes.forEach(shards::check);
    return shards;
  }

  /** All that must be the same on every rank, in words. */
  private static String describe(
      Op op,
      Signature signature,
      Sharding sharding,
      Specs inputs,
      Specs outputs,
      PlanOptions options) {
    StringJoiner words = new StringJoiner(", ", op + " with ", "");
    for (Signature.Argument argument : signature.arguments()) {
      Specs specs = argument.kind().isInput() ? inputs : outputs;
      TensorSpec spec = specs.find(argument.name());
      if (spec != null) {
        long[] shape = spec.shape();
        StringJoiner sizes = new StringJoiner(",", "[", "]");
        for (int i = 0; i < shape.length; i++) {
          String dim = argument.dims().get(i);
          sizes.add(sharding.dims().contains(dim) ? dim : Long.toString(shape[i]));
        }
        // Results and gradients of any type are what they are of the same sums.
        words.add((argument.kind().isInput() ? spec.dtype() + " " : "") + argument.name() + sizes);
      }
    }
    return words + (options.strict() ? ", strict" : "");
  }

  private static void compare(List<String> plans) {
    for (int r = 1; r < plans.size(); r++) {
      if (!plans.get(r).equals(plans.getFirst())) {
        throw new CollectiveException(
            "expected the same plan on every rank; rank 0 planned "
                + plans.getFirst()
                + "; rank "
                + r
                + " planned "
                + plans.get(r));
      }
    }
  }

  private void check(String dim, long[] ofRanks) {
    for (int r = 0; r < ofRanks.length; r++) {
      long size = ofRanks[r];
      if (size < Math.max(1, sharding.head()) || size % sharding.unit() != 0) {
        throw new ShapeException(
            op
                + ": expected "
                + (sharding.unit() == 1 ? "" : "a multiple of " + sharding.unit() + " and ")
                + "at least "
                + Math.max(1, sharding.head())
                + " rows of "
                + dim
                + " on each rank, got "
                + size
                + " on rank "
                + r);
      }
    }
  }

  /**
   * How the ranks' rows of a tensor make up those of the batch; null where every rank has all, or
   * uses its own.
   */
  List<Piece> pieces(Signature.Argument argument) {
    if (argument.dims().isEmpty() || isStaying(argument.dims().getFirst())) {
      return null;
    }
    long[] ofRanks = sizes.get(argument.dims().getFirst());
    return ofRanks == null ? null : Piece.of(rank, ofRanks, sharding.head());
  }

  /** Whether the rows of a dimension are used on their rank alone. */
  boolean isStaying(String dim) {
    return sharding.staying().filter(dim::equals).isPresent();
  }

  /**
   * The tuple of each anchor that a rank computes with, where anchor i of a rank belongs to its
   * tuple i.
   */
  int[] diagonal() {
    long[] anchors = sizes.get(sharding.dims().get(0));
    long[] tuples = sizes.get(sharding.dims().get(1));
    return sharding.staying().isPresent()
        ? Labels.diagonal(rank, anchors, tuples)
        : IntStream.range(0, anchors.length)
            .flatMap(r -> Arrays.stream(Labels.diagonal(r, anchors, tuples)))
            .toArray();
  }

  /** This rank's part of all rows that stay on their ranks; 0 where none do. */
  double stayingShare() {
    return sharding
        .staying()
        .map(dim -> (double) sizes.get(dim)[rank] / Arrays.stream(sizes.get(dim)).sum())
        .orElse(0.0);
  }

  /**
   * Requires as many tuples as anchors on each rank, for anchor i of a rank to belong to its tuple
   * i.
   *
   * @throws ShapeException on all ranks
   */
  void checkDiagonal() {
    long[] anchors = sizes.get(sharding.dims().get(0));
    long[] tuples = sizes.get(sharding.dims().get(1));
    for (int r = 0; r < anchors.length; r++) {
      if (anchors[r] > tuples[r]) {
        throw new ShapeException(
            op
                + ": without labels anchor i of a rank belongs to its tuple i, so expected at least"
                + " as many tuples as anchors on each rank, got "
                + anchors[r]
                + " anchors and "
                + tuples[r]
                + " tuples on rank "
                + r);
      }
    }
  }

  /** The sizes of a dimension on each rank. */
  long[] sizes(String dim) {
    return sizes.get(dim);
  }
}

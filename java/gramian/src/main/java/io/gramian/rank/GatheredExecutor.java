package io.gramian.rank;

import io.gramian.Bindings;
import io.gramian.Collective;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Names;
import io.gramian.op.Op;
import io.gramian.op.Sharding;
import io.gramian.op.Signature;
import io.gramian.spi.Executor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * An op over the whole batch on every rank: the shards of the inputs go to all ranks, and each
 * keeps its own rows of what it computes, the same as one rank would, to the bit. Rows that the op
 * takes one by one stay where they are, and the work is divided by them; otherwise it is not.
 */
final class GatheredExecutor extends RankExecutor {
  private final Map<String, Exchange.Rows> gathered = new LinkedHashMap<>();
  private final Map<String, Tensor> results = new LinkedHashMap<>();
  private final Shards shards;

  /** The tuple of each anchor where no labels are given; null where anchor i has tuple i. */
  private final Tensor diagonal;

  private final Executor whole;

  GatheredExecutor(
      Device device,
      Exchange exchange,
      Shards shards,
      Sharding sharding,
      Op op,
      Specs inputs,
      Specs outputs,
      PlanOptions options,
      Maker maker) {
    super(exchange, op.signature(inputs), options);
    this.shards = shards;
    Map<String, TensorSpec> wholeInputs = new LinkedHashMap<>();
    inputs
        .asMap()
        .forEach(
            (name, spec) -> {
              List<Piece> pieces = shards.pieces(signature.find(name));
              if (pieces != null) {
                Exchange.Rows rows = exchange.new Rows(spec, pieces);
                gathered.put(name, rows);
                wholeInputs.put(name, rows.whole().spec());
              } else {
                wholeInputs.put(name, spec);
              }
            });
    this.diagonal =
        signature.find(Names.LABELS) == null || inputs.has(Names.LABELS)
            ? null
            : diagonal(exchange, shards);
    if (diagonal != null) {
      wholeInputs.put(Names.LABELS, diagonal.spec());
    }
    Map<String, TensorSpec> wholeOutputs = new LinkedHashMap<>();
    outputs
        .asMap()
        .forEach(
            (name, spec) -> {
              List<Piece> pieces = shards.pieces(signature.find(name));
              long rows = pieces == null ? 0 : pieces.stream().mapToLong(Piece::all).sum();
              TensorSpec of = pieces == null ? spec.as(spec.dtype()) : Exchange.sized(spec, rows);
              wholeOutputs.put(name, of);
              results.put(name, exchange.buffer(of));
            });
    Specs in = Specs.of(wholeInputs);
    Specs out = Specs.of(wholeOutputs);
    sharding.whole().check(in, out);
    this.whole = maker.whole(sharding.whole(), in, out, options.accumulate(false).collective(null));
  }

  private static Tensor diagonal(Exchange exchange, Shards shards) {
    shards.checkDiagonal();
    int[] labels = shards.diagonal();
    if (IntStream.range(0, labels.length).allMatch(i -> labels[i] == i)) {
      return null;
    }
    Tensor tensor = exchange.buffer(TensorSpec.of(DType.I32, labels.length));
    tensor.copyFrom(labels);
    return tensor;
  }

  @Override
  public void run(Stream stream, Bindings in, Bindings out, MemorySegment workspace) {
    exchange.on(stream);
    Map<String, Tensor> bound = new LinkedHashMap<>(in.asMap());
    gathered.forEach(
        (name, rows) -> {
          rows.gather(in.get(name));
          bound.put(name, rows.whole());
        });
    if (diagonal != null) {
      bound.put(Names.LABELS, diagonal);
    }
    whole.run(stream, Bindings.of(bound), Bindings.of(results), workspace);
    results.forEach((name, values) -> writeOwn(signature.find(name), out.get(name), values));
  }

  private void writeOwn(Signature.Argument argument, Tensor to, Tensor values) {
    List<Piece> pieces = shards.pieces(argument);
    if (pieces == null) {
      if (argument.dims().stream().noneMatch(shards::isStaying) && shards.stayingShare() > 0) {
        mean(values);
      }
      write(to, values, argument);
      return;
    }
    for (Piece piece : pieces) {
      write(
          Exchange.rows(to, piece.from(), piece.own()),
          Exchange.rows(values, piece.ownStart(), piece.own()),
          argument);
    }
  }

  /** Makes of the means over the rows of each rank those over all. */
  private void mean(Tensor values) {
    double[] parts = values.toDoubles();
    Arrays.setAll(parts, i -> parts[i] * shards.stayingShare());
    exchange.reduce(parts, Collective.Reduction.SUM);
    values.copyFrom(parts);
  }

  @Override
  Executor inner() {
    return whole;
  }
}

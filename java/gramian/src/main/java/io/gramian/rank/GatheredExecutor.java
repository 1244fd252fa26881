package io.gramian.rank;

import io.gramian.Bindings;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An op over the whole batch on every rank: the shards of all inputs go to all ranks, and each
 * keeps its own rows of what it computes. It divides memory and work of nothing, but what it
 * computes is the same as on one rank to the bit.
 */
final class GatheredExecutor extends RankExecutor {
  private final Map<String, Exchange.Rows> gathered = new LinkedHashMap<>();
  private final Map<String, Tensor> results = new LinkedHashMap<>();
  private final Shards shards;
  private final Labels labels;
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
    Signature.Argument labelled = signature.find(Names.LABELS);
    boolean isDiagonal = labelled != null && !inputs.has(Names.LABELS) && !shards.areSquare();
    this.labels =
        isDiagonal
            ? new Labels(
                op.name(),
                exchange,
                shards.sizes(sharding.dims().get(0)),
                shards.sizes(sharding.dims().get(1)))
            : null;
    if (isDiagonal) {
      wholeInputs.put(Names.LABELS, labels.whole().spec());
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

  @Override
  public long workspaceBytes() {
    return whole.workspaceBytes();
  }

  @Override
  public long ownedBytes() {
    return whole.ownedBytes() + exchange.bytes();
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
    if (labels != null) {
      labels.gather(null);
      bound.put(Names.LABELS, labels.whole());
    }
    whole.run(stream, Bindings.of(bound), Bindings.of(results), workspace);
    results.forEach((name, values) -> writeOwn(signature.find(name), out.get(name), values));
  }

  private void writeOwn(Signature.Argument argument, Tensor to, Tensor values) {
    List<Piece> pieces = shards.pieces(argument);
    if (pieces == null) {
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

  @Override
  public void close() {
    try {
      whole.close();
    } finally {
      exchange.close();
    }
  }
}

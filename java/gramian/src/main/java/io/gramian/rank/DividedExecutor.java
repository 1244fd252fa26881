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
import io.gramian.spi.Executor;
import io.gramian.spi.Shard;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An op over anchors and tuples, divided by tuples: the anchors of all ranks go to all, each scores
 * them with its own tuples, and the parts of the anchors' gradient are added up where the anchors
 * are. A rank does its share of the work, in memory for its tuples and all anchors.
 */
final class DividedExecutor extends RankExecutor {
  private final Exchange.Rows anchors;
  private final Labels labels;
  private final Exchange.Sums anchorGradient;
  private final List<String> scalars = new ArrayList<>();
  private final Map<String, Tensor> parts = new LinkedHashMap<>();
  private final Executor own;

  DividedExecutor(
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
    long[] anchorCounts = shards.sizes(sharding.dims().get(0));
    long[] tupleCounts = shards.sizes(sharding.dims().get(1));
    if (!inputs.has(Names.LABELS)) {
      shards.checkDiagonal();
    }
    Piece piece = Piece.of(exchange.rank(), anchorCounts, 0).getFirst();
    this.anchors = exchange.new Rows(inputs.get(Names.ANCHOR), List.of(piece));
    this.labels = new Labels(op.name(), exchange, anchorCounts, tupleCounts);
    TensorSpec gradient = outputs.find(Names.gradient(Names.ANCHOR));
    this.anchorGradient =
        gradient == null ? null : exchange.new Sums(gradient.as(device.resultType()), piece);
    for (String name : outputs.names()) {
      if (signature.find(name).dims().isEmpty()) {
        scalars.add(name);
        parts.put(name, exchange.buffer(TensorSpec.of(DType.F64)));
      }
    }
    if (gradient != null) {
      parts.put(Names.gradient(Names.ANCHOR), anchorGradient.whole());
    }
    Specs in =
        inputs.with(Names.ANCHOR, anchors.whole().spec()).with(Names.LABELS, labels.whole().spec());
    Specs out = outputs;
    for (Map.Entry<String, Tensor> part : parts.entrySet()) {
      out = out.with(part.getKey(), part.getValue().spec());
    }
    op.check(in, out);
    Part part = new Part(Math.toIntExact(Arrays.stream(tupleCounts).sum()));
    this.own = maker.divided(op, in, out, options.collective(null), part);
  }

  @Override
  public void run(Stream stream, Bindings in, Bindings out, MemorySegment workspace) {
    exchange.on(stream);
    anchors.gather(in.get(Names.ANCHOR));
    labels.gather(in.find(Names.LABELS));
    if (accumulate) { // the executor adds to all gradients, and the caller's get the sums later
      parts.values().forEach(part -> part.copyFrom(Tensor.zeros(part.spec())));
    }
    Map<String, Tensor> bound = new LinkedHashMap<>(out.asMap());
    bound.putAll(parts);
    own.run(
        stream,
        in.with(Names.ANCHOR, anchors.whole()).with(Names.LABELS, labels.whole()),
        Bindings.of(bound),
        workspace);
    writeScalars(out);
    if (anchorGradient != null) {
      String name = Names.gradient(Names.ANCHOR);
      write(out.get(name), anchorGradient.scatter(), signature.find(name));
    }
  }

  private void writeScalars(Bindings out) {
    double[] values = scalars.stream().mapToDouble(name -> parts.get(name).item()).toArray();
    exchange.reduce(values, Collective.Reduction.SUM);
    for (int i = 0; i < values.length; i++) {
      String name = scalars.get(i);
      write(out.get(name), Tensor.of(new double[] {values[i]}), signature.find(name));
    }
  }

  @Override
  Executor inner() {
    return own;
  }

  /** What this rank has of the tuples. */
  private final class Part implements Shard {
    private final int tuples;

    Part(int tuples) {
      this.tuples = tuples;
    }

    @Override
    public boolean isWhole() {
      return false;
    }

    @Override
    public int tuples(int ofThis) {
      return tuples;
    }

    @Override
    public void sum(Tensor values) {
      exchange.reduce(values, Collective.Reduction.SUM);
    }

    @Override
    public void max(Tensor values) {
      exchange.reduce(values, Collective.Reduction.MAX);
    }
  }
}

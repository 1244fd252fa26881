package io.gramian.rank;

import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.UnsupportedOpException;
import io.gramian.op.Op;
import io.gramian.op.Sharding;
import io.gramian.op.Signature;
import io.gramian.spi.Executor;
import io.gramian.spi.Shard;

/** An op over a batch that ranks share, by an executor of its device for what this rank does. */
public abstract class RankExecutor implements Executor {
  final Exchange exchange;
  final Signature signature;
  final boolean accumulate;

  /** What a device makes executors by. */
  public interface Maker {
    /** An executor of a whole op. */
    Executor whole(Op op, Specs inputs, Specs outputs, PlanOptions options);

    /** Whether the device divides an op. */
    boolean divides(Op op);

    /** An executor of a rank's part of an op. */
    Executor divided(Op op, Specs inputs, Specs outputs, PlanOptions options, Shard shard);
  }

  RankExecutor(Exchange exchange, Signature signature, PlanOptions options) {
    this.exchange = exchange;
    this.signature = signature;
    this.accumulate = options.accumulate();
  }

  /**
   * Plans an op of a batch together with the other ranks.
   *
   * @param options with a collective
   * @throws UnsupportedOpException if the op is not for ranks
   */
  public static Executor of(
      Device device, Op op, Specs inputs, Specs outputs, PlanOptions options, Maker maker) {
    Exchange exchange = new Exchange(device, options.collective());
    try {
      Sharding sharding =
          exchange.together(
              () -> sharding(op, inputs, outputs, options.collective().size()), _ -> {});
      Shards shards = Shards.exchange(exchange, op, sharding, inputs, outputs, options);
      return exchange.together(
          () ->
              sharding.travelling().isPresent() && maker.divides(op)
                  ? new DividedExecutor(
                      device, exchange, shards, sharding, op, inputs, outputs, options, maker)
                  : new GatheredExecutor(
                      device, exchange, shards, sharding, op, inputs, outputs, options, maker),
          Executor::close);
    } catch (RuntimeException | Error e) {
      exchange.close();
      throw e;
    }
  }

  private static Sharding sharding(Op op, Specs inputs, Specs outputs, int ranks) {
    op.signature(inputs).match(inputs, outputs);
    return op.sharding(ranks)
        .orElseThrow(
            () ->
                new UnsupportedOpException(
                    op.name()
                        + ": expected an op over a batch for ranks that share one, got one that"
                        + " each rank runs by itself (PlanOptions without a collective)"));
  }

  /** What computes on the device. */
  abstract Executor inner();

  @Override
  public final long workspaceBytes() {
    return inner().workspaceBytes();
  }

  @Override
  public final long ownedBytes() {
    return inner().ownedBytes() + exchange.bytes();
  }

  @Override
  public final void close() {
    try {
      inner().close();
    } finally {
      exchange.close();
    }
  }

  /** Writes a result, or adds a gradient where they are accumulated. */
  final void write(Tensor to, Tensor values, Signature.Argument argument) {
    if (accumulate && argument.kind() == Signature.Kind.GRADIENT) {
      double[] sum = to.toDoubles();
      double[] added = values.toDoubles();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += added[i];
      }
      to.copyFrom(sum);
    } else {
      to.copyFrom(values);
    }
  }
}

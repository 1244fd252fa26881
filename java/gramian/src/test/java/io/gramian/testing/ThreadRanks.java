package io.gramian.testing;

import io.gramian.Bindings;
import io.gramian.Collective;
import io.gramian.CollectiveException;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.conformance.CaseRunner;
import io.gramian.op.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs an op over a whole batch as ranks do, a thread for each. Scalars must be the same to the bit
 * on all.
 */
final class ThreadRanks implements CaseRunner.Planned {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Device device;
  private final Sharded sharded;
  private final List<Collective> group;
  private final ExecutorService threads;
  private final PlanOptions options;
  private final Plan[] plans;

  private ThreadRanks(Device device, int ranks, Op op, Specs inputs, PlanOptions options) {
    this.device = device;
    this.sharded = new Sharded(device, ranks, op, op.signature(inputs));
    this.options = options;
    this.group = Collective.ofThreads(ranks, LIMIT);
    this.threads = Executors.newFixedThreadPool(ranks);
    this.plans = new Plan[ranks];
  }

  /** Runs ops as so many ranks. */
  static CaseRunner.Planner on(Device device, int ranks) {
    return (op, inputs, outputs, options) -> new ThreadRanks(device, ranks, op, inputs, options);
  }

  @Override
  public void run(Bindings inputs, Bindings outputs) {
    List<Bindings> out = new ArrayList<>();
    List<Future<?>> runs = new ArrayList<>();
    List<Bindings> in = new ArrayList<>();
    for (int r = 0; r < plans.length; r++) {
      in.add(sharded.inputs(inputs, r));
      out.add(sharded.outputs(outputs, r));
    }
    for (int r = 0; r < plans.length; r++) {
      int rank = r;
      runs.add(threads.submit(() -> run(rank, in.get(rank), out.get(rank))));
    }
    await(runs);
    for (Map.Entry<String, Tensor> output : outputs.asMap().entrySet()) {
      collect(output.getKey(), output.getValue(), out);
    }
  }

  private void run(int rank, Bindings in, Bindings out) {
    if (plans[rank] == null) {
      PlanOptions shared = options.collective(group.get(rank));
      plans[rank] = sharded.ofRank().plan(device, in.specs(), out.specs(), shared);
    }
    plans[rank].run(in, out);
  }

  private static void await(List<Future<?>> runs) {
    RuntimeException failure = null;
    for (Future<?> run : runs) {
      try {
        run.get();
      } catch (ExecutionException e) {
        RuntimeException cause = (RuntimeException) e.getCause();
        failure = failure == null || failure instanceof CollectiveException ? cause : failure;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void collect(String name, Tensor whole, List<Bindings> out) {
    for (int r = 0; r < plans.length; r++) {
      Tensor ofThis = out.get(r).get(name);
      if (sharded.isDivided(name)) {
        sharded.collect(whole, ofThis, r);
      } else if (!Arrays.equals(whole.toDoubles(), ofThis.toDoubles())) {
        throw new AssertionError("'" + name + "' differs between the ranks");
      }
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    for (Plan plan : plans) {
      if (plan != null) {
        plan.close();
      }
    }
    group.forEach(Collective::close);
    sharded.close();
  }
}

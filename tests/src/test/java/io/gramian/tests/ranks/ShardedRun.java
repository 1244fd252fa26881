package io.gramian.tests.ranks;

import io.gramian.Bindings;
import io.gramian.Collective;
import io.gramian.CollectiveException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.conformance.CaseRunner;
import io.gramian.op.ClipMatched;
import io.gramian.op.Names;
import io.gramian.op.Op;
import io.gramian.op.SetClip;
import io.gramian.op.Sharding;
import io.gramian.op.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs an op over a whole batch as ranks do, a thread for each: every rank gets shards of the
 * inputs, unequal ones, and the outputs are put together from those of the ranks. Scalars must be
 * the same to the bit on all.
 */
final class ShardedRun implements CaseRunner.Planned {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Device device;
  private final Op whole;
  private final Op ofRank;
  private final Sharding sharding;
  private final Signature signature;
  private final List<Collective> group;
  private final ExecutorService threads;
  private final PlanOptions options;
  private final List<Tensor> owned = new ArrayList<>();
  private final Plan[] plans;

  private ShardedRun(Device device, int ranks, Op whole, Specs inputs, PlanOptions options) {
    this.device = device;
    this.whole = whole;
    this.ofRank = ofRank(whole, ranks);
    this.sharding = ofRank.sharding(ranks).orElseThrow();
    this.signature = whole.signature(inputs);
    this.options = options;
    this.group = Collective.ofThreads(ranks, LIMIT);
    this.threads = Executors.newFixedThreadPool(ranks);
    this.plans = new Plan[ranks];
  }

  /** Runs ops as so many ranks. */
  static CaseRunner.Planner on(Device device, int ranks) {
    return (op, inputs, outputs, options) -> new ShardedRun(device, ranks, op, inputs, options);
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

  /** Sizes of the shards of some rows: the first ones are smaller. */
  private long[] sizes(long rows) {
    int ranks = group.size();
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

  @Override
  public void run(Bindings inputs, Bindings outputs) {
    List<Map<String, Tensor>> in = new ArrayList<>();
    List<Map<String, Tensor>> out = new ArrayList<>();
    for (int r = 0; r < group.size(); r++) {
      in.add(new LinkedHashMap<>());
      out.add(new LinkedHashMap<>());
      for (Map.Entry<String, Tensor> input : inputs.asMap().entrySet()) {
        in.get(r).put(input.getKey(), shard(input.getKey(), input.getValue(), r));
      }
      addLabels(in.get(r), inputs, r);
      for (Map.Entry<String, Tensor> output : outputs.asMap().entrySet()) {
        out.get(r).put(output.getKey(), shard(output.getKey(), output.getValue(), r));
      }
    }
    runRanks(in, out);
    for (Map.Entry<String, Tensor> output : outputs.asMap().entrySet()) {
      collect(output.getKey(), output.getValue(), out);
    }
  }

  private void runRanks(List<Map<String, Tensor>> in, List<Map<String, Tensor>> out) {
    List<Callable<Void>> work = new ArrayList<>();
    for (int r = 0; r < group.size(); r++) {
      int rank = r;
      Bindings ins = Bindings.of(in.get(r));
      Bindings outs = Bindings.of(out.get(r));
      work.add(
          () -> {
            if (plans[rank] == null) {
              PlanOptions shared = options.collective(group.get(rank));
              plans[rank] = ofRank.plan(device, ins.specs(), outs.specs(), shared);
            }
            plans[rank].run(ins, outs);
            return null;
          });
    }
    RuntimeException failure = null;
    for (Future<Void> done : invoke(work)) {
      try {
        done.get();
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

  private List<Future<Void>> invoke(List<Callable<Void>> work) {
    return work.stream().map(threads::submit).toList();
  }

  /** Where anchors and tuples are not as many, anchor i of the batch still belongs to tuple i. */
  private void addLabels(Map<String, Tensor> in, Bindings inputs, int rank) {
    if (signature.find(Names.LABELS) == null || inputs.has(Names.LABELS)) {
      return;
    }
    long anchors = inputs.get(Names.ANCHOR).spec().size(0);
    if (anchors == inputs.get("modality1").spec().size(0)) {
      return;
    }
    long[] sizes = sizes(anchors);
    long first = Arrays.stream(sizes, 0, rank).sum();
    int[] labels = new int[(int) sizes[rank]];
    Arrays.setAll(labels, i -> (int) first + i);
    in.put(Names.LABELS, keep(device.upload(Tensor.of(labels, labels.length), DType.I32)));
  }

  private boolean isDivided(String name) {
    List<String> dims = signature.find(name).dims();
    return !dims.isEmpty() && sharding.dims().contains(dims.getFirst());
  }

  /** A rank's shard: a view where its rows are neighbours, else a copy. */
  private Tensor shard(String name, Tensor tensor, int rank) {
    boolean isInput = signature.find(name).kind().isInput();
    if (!isDivided(name)) {
      return isInput || rank == 0 ? tensor : copy(tensor);
    }
    long[] sizes = sizes(tensor.spec().size(0));
    long first = Arrays.stream(sizes, 0, rank).sum();
    if (sharding.head() == 0) {
      return rows(tensor, first, sizes[rank]);
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

  /** Takes what the ranks have written, where they did not write it in place. */
  private void collect(String name, Tensor tensor, List<Map<String, Tensor>> out) {
    for (int r = 0; r < group.size(); r++) {
      Tensor ofThis = out.get(r).get(name);
      if (!isDivided(name)) {
        if (!Arrays.equals(tensor.toDoubles(), ofThis.toDoubles())) {
          throw new AssertionError("'" + name + "' differs between the ranks");
        }
      } else if (sharding.head() > 0) {
        long head = sharding.head();
        long[] sizes = sizes(tensor.spec().size(0));
        rows(tensor, r * head, head).copyFrom(rows(ofThis, 0, head));
        rest(tensor, sizes, r).copyFrom(rows(ofThis, head, sizes[r] - head));
      }
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
    threads.shutdown();
    for (Plan plan : plans) {
      if (plan != null) {
        plan.close();
      }
    }
    group.forEach(Collective::close);
    owned.forEach(Tensor::close);
  }
}

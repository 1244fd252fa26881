package io.gramian.rank;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.Collective;
import io.gramian.CollectiveException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.ParameterException;
import io.gramian.Place;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.op.ClipMatched;
import io.gramian.op.Contrastive;
import io.gramian.op.NtXent;
import io.gramian.op.Op;
import io.gramian.op.Similarity;
import io.gramian.op.Volume;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ranks that do not fit each other are told, and what they exchange. */
@Timeout(60)
class RankPlansTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Contrastive GRAM = new Contrastive(Similarity.volume());

  private static Bindings tuples(int anchors, int tuples, int n, int d) {
    Bindings inputs = Bindings.of("anchor", filled(anchors, d));
    for (int l = 1; l <= n; l++) {
      inputs = inputs.with("modality" + l, filled(tuples, d));
    }
    return inputs;
  }

  private static Tensor filled(long... shape) {
    Tensor tensor = Tensor.zeros(TensorSpec.of(DType.F32, shape));
    float[] values = new float[(int) tensor.spec().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(1 + i * 0.7);
    }
    tensor.copyFrom(values);
    return tensor;
  }

  /** Plans and runs the loss and all gradients on each rank. */
  private static List<Object> run(
      String backend, int ranks, Function<Integer, Op> op, Function<Integer, Bindings> inputs) {
    try (Device device = Device.open(backend)) {
      return Ranks.run(
          Collective.ofThreads(ranks, LIMIT),
          group -> run(device, group, op.apply(group.rank()), inputs.apply(group.rank())));
    }
  }

  private static double run(Device device, Collective group, Op op, Bindings in) {
    Bindings out = Bindings.none();
    for (var spec :
        op.signature(in.specs())
            .outputs(in.specs(), op.signature(in.specs()).computable(in.specs()))
            .asMap()
            .entrySet()) {
      out = out.with(spec.getKey(), Tensor.zeros(spec.getValue()));
    }
    PlanOptions options = PlanOptions.defaults().collective(group);
    try (Plan plan = op.plan(device, in.specs(), out.specs(), options)) {
      plan.run(in, out);
      return out.has("loss") ? out.loss() : 0;
    }
  }

  @Test
  void ranksThatPlanDifferentThingsAreToldWhatTheOthersPlan() {
    Ranks.assertAllFail(
        run("cpu", 3, r -> GRAM.temperature(r == 2 ? 0.5 : 0.07), _ -> tuples(4, 4, 2, 8)),
        "rank 0 planned",
        "temperature=0.07",
        "rank 2 planned",
        "temperature=0.5");
    Ranks.assertAllFail(
        run("cpu", 2, _ -> GRAM, r -> tuples(4, 4, 2, r == 0 ? 8 : 9)),
        "f32 anchor[B1,8]",
        "f32 anchor[B1,9]");
    Ranks.assertAllFail(
        run(
            "cpu",
            2,
            r -> r == 0 ? GRAM : new NtXent(),
            r -> r == 0 ? tuples(4, 4, 2, 8) : views(4)),
        "Contrastive",
        "NtXent");
  }

  private static Bindings views(int rows) {
    return Bindings.of("views", filled(rows, 8));
  }

  @Test
  void shardsThatAreNoneAreErrorsOnAllRanks() {
    assertEach(
        run("cpu", 3, _ -> GRAM, r -> tuples(r == 1 ? 0 : 3, 3, 2, 8)),
        ShapeException.class,
        "B1 on each rank, got 0 on rank 1");
    assertEach(
        run("cpu", 2, _ -> GRAM, r -> tuples(3 + r, 3, 2, 8)),
        ShapeException.class,
        "got 4 anchors and 3 tuples on rank 1");
    assertEach(
        run("cpu", 2, _ -> new NtXent(), r -> views(4 + r)),
        ShapeException.class,
        "a multiple of 2");
    assertEach(
        run(
            "cpu",
            2,
            _ -> new ClipMatched(3, 1),
            r -> Bindings.of("image", filled(4 - 2 * r, 8)).with("text", filled(4 - 2 * r, 8))),
        ShapeException.class,
        "at least 3 rows of B on each rank, got 2 on rank 1");
    assertEach(
        run(
            "cpu",
            2,
            _ -> GRAM,
            r -> tuples(3, 3, 2, 8).with("labels", Tensor.of(new int[] {0, r == 0 ? 5 : 6, 2}, 3))),
        ParameterException.class,
        "from 0 to 5, the tuples of all ranks, got 6 for anchor 4");
  }

  /** All ranks find it out; one that is still in an exchange may hear of it from another. */
  private static void assertEach(List<Object> results, Class<?> type, String words) {
    assertThat(results).hasAtLeastOneElementOfType(type);
    assertThat(results)
        .allSatisfy(r -> assertThat(r).isInstanceOf(GramianException.class))
        .allSatisfy(r -> assertThat(r).asString().contains(words));
  }

  @Test
  void anOpOfSamplesHasNothingToShare() {
    assertEach(
        run("cpu", 2, _ -> new Volume(), _ -> Bindings.of("vectors", filled(3, 2, 8))),
        UnsupportedOpException.class,
        "without a collective");
  }

  @Test
  void aPlanThatOneRankCannotMakeLeavesTheGroupUsable() {
    try (Device device = Device.open("cpu")) {
      List<Object> results =
          Ranks.run(
              Collective.ofThreads(2, LIMIT),
              group -> {
                Bindings wrong = tuples(4, 4, 2, 8).with("modality2", filled(3 + group.rank(), 8));
                Specs loss = Specs.of("loss", TensorSpec.of(DType.F32));
                PlanOptions options = PlanOptions.defaults().collective(group);
                try {
                  GRAM.plan(device, wrong.specs(), loss, options).close();
                  return "no error";
                } catch (ShapeException e) {
                  assertThat(group.rank()).isZero();
                } catch (CollectiveException e) {
                  assertThat(e).hasMessageContaining("rank 0 cannot plan", "'modality2' has shape");
                }
                return run(device, group, GRAM, tuples(4, 4, 2, 8));
              });
      assertThat(results).allSatisfy(loss -> assertThat(loss).isEqualTo(results.getFirst()));
      assertThat(results.getFirst()).isInstanceOf(Double.class);
    }
  }

  @Test
  void aRankThatFailsEndsTheRunOfTheOthers() {
    try (Device device = Device.open("cpu")) {
      List<Object> results =
          Ranks.run(
              Collective.ofThreads(2, LIMIT),
              group -> {
                Bindings in = tuples(3, 3, 2, 8);
                Bindings out = Bindings.of("loss", Tensor.of(new float[1]));
                PlanOptions options = PlanOptions.defaults().collective(group);
                try (Plan plan = GRAM.plan(device, in.specs(), out.specs(), options)) {
                  plan.run(group.rank() == 1 ? tuples(2, 3, 2, 8) : in, out);
                  return out.loss();
                }
              });
      assertThat(results.get(1)).isInstanceOf(ShapeException.class);
      assertThat(results.get(0))
          .isInstanceOf(CollectiveException.class)
          .asString()
          .contains("rank 1 ended the group", "was planned as");
    }
  }

  /** Anchors travel and tuples stay: what is exchanged does not grow with the modalities. */
  @Test
  void theBytesThatTravelAreThoseOfTheAnchors() {
    int ranks = 3;
    int rows = 5;
    int d = 16;
    for (int n = 1; n <= 3; n++) {
      int members = n;
      Counting[] counters = new Counting[ranks];
      try (Device device = Device.open("cpu")) {
        List<Object> results =
            Ranks.run(
                Collective.ofThreads(ranks, LIMIT),
                group -> {
                  Counting counting = new Counting(group);
                  counters[group.rank()] = counting;
                  Bindings in = tuples(rows, rows, members, d);
                  Bindings out =
                      Bindings.of("loss", Tensor.of(new float[1]))
                          .with("grad_anchor", filled(rows, d))
                          .with("grad_modality1", filled(rows, d));
                  PlanOptions options = PlanOptions.defaults().collective(counting);
                  try (Plan plan = GRAM.plan(device, in.specs(), out.specs(), options)) {
                    counting.clear();
                    plan.run(in, out);
                  }
                  return "done";
                });
        assertThat(results).containsOnly("done");
      }
      long batch = (long) ranks * rows;
      for (Counting counting : counters) {
        // Anchors and labels of this rank.
        assertThat(counting.gathered).isEqualTo(4L * rows * d + 4L * rows);
        // The anchors' gradient.
        assertThat(counting.scattered).isEqualTo(4 * batch * d);
        // Peaks, sums and target scores of all anchors; the loss.
        assertThat(counting.reduced).isEqualTo(3 * 8 * batch + 8);
      }
    }
  }

  /** Counts the bytes that a rank brings to exchanges. */
  private static final class Counting implements Collective {
    private final Collective group;
    private long gathered;
    private long scattered;
    private long reduced;

    Counting(Collective group) {
      this.group = group;
    }

    void clear() {
      gathered = 0;
      scattered = 0;
      reduced = 0;
    }

    @Override
    public int rank() {
      return group.rank();
    }

    @Override
    public int size() {
      return group.size();
    }

    @Override
    public Place place() {
      return group.place();
    }

    @Override
    public void allGather(Stream stream, Tensor shard, Tensor all, long[] counts) {
      gathered += shard.spec().spanBytes();
      group.allGather(stream, shard, all, counts);
    }

    @Override
    public void allReduce(Stream stream, Tensor values, Reduction reduction) {
      reduced += values.spec().spanBytes();
      group.allReduce(stream, values, reduction);
    }

    @Override
    public void reduceScatter(Stream stream, Tensor values, Tensor shard, long[] counts) {
      scattered += values.spec().spanBytes();
      group.reduceScatter(stream, values, shard, counts);
    }

    @Override
    public void abort(String reason) {
      group.abort(reason);
    }

    @Override
    public void close() {
      group.close();
    }
  }
}

package io.gramian.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.ClosedException;
import io.gramian.Collective;
import io.gramian.CollectiveException;
import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ThreadCollectiveTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private static Tensor doubles(double... values) {
    return Tensor.of(values, values.length);
  }

  private static void sum(Collective group, double... values) {
    group.allReduce(null, doubles(values), Collective.Reduction.SUM);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void exchangesShardsOfAnyLength(int size) {
    long[] counts = new long[size]; // rank r has r values, rank 0 none
    Arrays.setAll(counts, r -> r);
    int total = (int) Arrays.stream(counts).sum();
    List<Object> results =
        Ranks.run(
            Collective.ofThreads(size, LONG),
            group -> {
              int rank = group.rank();
              for (int round = 0; round < 200; round++) {
                double[] shard = new double[rank];
                Arrays.setAll(shard, i -> 10.0 * rank + i);
                Tensor all = Tensor.zeros(TensorSpec.of(DType.F64, total));
                group.allGather(null, doubles(shard), all, counts);
                double[] gathered = all.toDoubles();
                int at = 0;
                for (int r = 0; r < size; r++) {
                  for (int i = 0; i < r; i++) {
                    assertThat(gathered[at++]).isEqualTo(10.0 * r + i);
                  }
                }
                Tensor own = Tensor.zeros(TensorSpec.of(DType.F64, rank));
                group.reduceScatter(null, all, own, counts);
                assertThat(own.toDoubles())
                    .containsExactly(Arrays.stream(shard).map(v -> size * v).toArray());
                double[] max = {rank, -rank, rank == size - 1 ? Double.NaN : 1};
                group.allReduce(null, doubles(max), Collective.Reduction.MAX);
                assertThat(max).containsExactly(size - 1, 0, Double.NaN);
              }
              return "done";
            });
    assertThat(results).containsOnly("done");
  }

  @Test
  void gathersEveryElementType() {
    List<Object> results =
        Ranks.run(
            Collective.ofThreads(2, LONG),
            group -> {
              for (DType type : DType.values()) {
                Tensor shard = Tensor.zeros(TensorSpec.of(type, 1));
                if (type.isFloating()) {
                  shard.copyFrom(new double[] {group.rank() + 1});
                } else {
                  shard.copyFrom(new int[] {group.rank() + 1});
                }
                Tensor all = Tensor.zeros(TensorSpec.of(type, 2));
                group.allGather(null, shard, all, new long[] {1, 1});
                assertThat(all.toDoubles()).containsExactly(1, 2);
              }
              return "done";
            });
    assertThat(results).containsOnly("done");
  }

  @Test
  void sumsAreThoseOfTheOrderOfRanksInEveryRun() {
    double[] parts = {1e16, 1, -1e16, 1}; // 1 in this order: the first 1 is lost
    List<Object> results =
        Ranks.run(
            Collective.ofThreads(4, LONG),
            group -> {
              for (int round = 0; round < 500; round++) {
                double[] sum = {parts[group.rank()]};
                sum(group, sum);
                assertThat(sum).containsExactly(1);
              }
              return "done";
            });
    assertThat(results).containsOnly("done");
  }

  @Test
  void disagreementIsAnErrorOnAllRanks() {
    Ranks.assertAllFail(
        Ranks.run(
            Collective.ofThreads(3, LONG),
            group -> {
              sum(group, new double[group.rank() == 2 ? 5 : 4]);
              return "done";
            }),
        "all-reduce SUM of f64 [4]",
        "rank 2",
        "all-reduce SUM of f64 [5]");
  }

  @Test
  void aLateRankIsAnErrorWithinTheLimit() {
    List<Collective> ranks = Collective.ofThreads(3, Duration.ofMillis(200));
    long begin = System.nanoTime();
    Ranks.assertAllFail(
        Ranks.run(
            ranks.subList(0, 2),
            group -> {
              sum(group, 1);
              return "done";
            }),
        "within 200 ms",
        "[2]");
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(20));
    assertThatThrownBy(() -> sum(ranks.get(2), 1)).isInstanceOf(CollectiveException.class);
  }

  @Test
  void aRankThatAbortsTellsThoseThatWait() {
    Ranks.assertAllFail(
        Ranks.run(
            Collective.ofThreads(3, LONG),
            group -> {
              if (group.rank() == 1) {
                group.abort("no data");
              }
              sum(group, 1);
              return "done";
            }),
        "rank 1",
        "no data");
  }

  @Test
  void aClosedRankIsAnErrorOnTheOthers() {
    List<Collective> ranks = Collective.ofThreads(2, LONG);
    ranks.get(1).close();
    assertThatThrownBy(() -> sum(ranks.get(0), 1))
        .isInstanceOf(CollectiveException.class)
        .hasMessageContaining("rank 1, which is closed");
    assertThatThrownBy(() -> sum(ranks.get(1), 1)).isInstanceOf(ClosedException.class);
  }

  @Test
  void tensorsThatDoNotFitAreNamed() {
    Collective group = Collective.ofThreads(2, LONG).getFirst();
    assertThatThrownBy(
            () -> group.reduceScatter(null, doubles(1, 2, 3), doubles(0), new long[] {1, 1}))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("packed tensor of 2");
    assertThatThrownBy(() -> group.allGather(null, doubles(1), doubles(1), new long[] {1}))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("2 ranks");
    assertThatThrownBy(
            () -> group.allReduce(null, Tensor.of(new int[1], 1), Collective.Reduction.SUM))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("f32 or f64");
    assertThatThrownBy(() -> group.allReduce(null, null, Collective.Reduction.SUM))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("a tensor");
    assertThatThrownBy(() -> group.allGather(null, doubles(1), doubles(1), null))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("counts");
    assertThatThrownBy(() -> Collective.ofThreads(0, LONG)).isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> Collective.ofThreads(2, Duration.ZERO))
        .isInstanceOf(ParameterException.class);
  }
}

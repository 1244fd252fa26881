package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ThreadCollectiveTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** What each rank returns, or the error that it ends with. */
  private static List<Object> run(List<Collective> ranks, Function<Collective, Object> body) {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<CompletableFuture<Object>> results = new ArrayList<>();
      for (Collective rank : ranks) {
        results.add(
            CompletableFuture.supplyAsync(() -> body.apply(rank), threads)
                .exceptionally(Throwable::getCause));
      }
      return results.stream().map(CompletableFuture::join).toList();
    }
  }

  private static void assertAllFail(List<Object> results, String... words) {
    assertThat(results)
        .allSatisfy(
            result ->
                assertThat((Throwable) result)
                    .isInstanceOf(CollectiveException.class)
                    .hasMessageContainingAll(words));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void exchangesShardsOfAnyLength(int size) {
    int[] counts = new int[size]; // rank r has r values, rank 0 none
    List<Double> gathered = new ArrayList<>();
    for (int r = 0; r < size; r++) {
      counts[r] = r;
      for (int i = 0; i < r; i++) {
        gathered.add(10.0 * r + i);
      }
    }
    List<Object> results =
        run(
            ThreadCollective.group(size, LONG),
            c -> {
              for (int round = 0; round < 200; round++) {
                double[] shard = new double[c.rank()];
                for (int i = 0; i < shard.length; i++) {
                  shard[i] = 10.0 * c.rank() + i;
                }
                double[] all = c.allGather(shard);
                assertThat(all).containsExactly(gathered.toArray(Double[]::new));
                assertThat(c.reduceScatterSum(all, counts))
                    .containsExactly(Arrays.stream(shard).map(v -> size * v).toArray());
                double[] max = {c.rank(), -c.rank()};
                c.allReduceMax(max);
                assertThat(max).containsExactly(size - 1, 0);
                c.barrier();
              }
              return "done";
            });
    assertThat(results).containsOnly("done");
  }

  @Test
  void sumsAreThoseOfTheOrderOfRanksInEveryRun() {
    double[] parts = {1e16, 1, -1e16, 1}; // 1 in this order: the first 1 is lost
    List<Object> results =
        run(
            ThreadCollective.group(4, LONG),
            c -> {
              for (int round = 0; round < 500; round++) {
                double[] sum = {parts[c.rank()]};
                c.allReduceSum(sum);
                assertThat(sum).containsExactly(1);
              }
              return "done";
            });
    assertThat(results).containsOnly("done");
  }

  @Test
  void disagreementIsAnErrorOnAllRanks() {
    assertAllFail(
        run(
            ThreadCollective.group(3, LONG),
            c -> {
              c.allReduceSum(new double[c.rank() == 2 ? 5 : 4]);
              return "done";
            }),
        "allReduceSum of 4",
        "rank 2",
        "allReduceSum of 5");
  }

  @Test
  void aLateRankIsAnErrorWithinTheLimit() {
    List<Collective> ranks = ThreadCollective.group(3, Duration.ofMillis(200));
    long begin = System.nanoTime();
    assertAllFail(
        run(
            ranks.subList(0, 2),
            c -> {
              c.barrier();
              return "done";
            }),
        "within 200 ms",
        "[2]");
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(20));
    assertThatThrownBy(ranks.get(2)::barrier).isInstanceOf(CollectiveException.class);
  }

  @Test
  void aRankThatAbortsTellsThoseThatWait() {
    assertAllFail(
        run(
            ThreadCollective.group(3, LONG),
            c -> {
              if (c.rank() == 1) {
                c.abort("rank 1 lost its data");
              }
              c.barrier();
              return "done";
            }),
        "rank 1 lost its data");
  }

  @Test
  void aClosedRankIsAnErrorOnTheOthers() {
    List<Collective> ranks = ThreadCollective.group(2, LONG);
    ranks.get(1).close();
    assertThatThrownBy(ranks.get(0)::barrier)
        .isInstanceOf(CollectiveException.class)
        .hasMessageContaining("rank 1, which is closed");
    assertThatThrownBy(ranks.get(1)::barrier).isInstanceOf(ClosedException.class);
  }

  @Test
  void countsThatDoNotFitAreNamedAndEndTheGroup() {
    List<Collective> ranks = ThreadCollective.group(2, LONG);
    assertThatThrownBy(() -> ranks.get(0).reduceScatterSum(new double[3], new int[] {1, 1}))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[1, 1]");
    assertThatThrownBy(ranks.get(1)::barrier).isInstanceOf(CollectiveException.class);
  }
}

package io.gramian.rank;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Collective;
import io.gramian.CollectiveException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Ranks as threads. */
final class Ranks {
  private Ranks() {}

  /** What each rank returns, or the error that it ends with. */
  static List<Object> run(List<Collective> ranks, Function<Collective, Object> body) {
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

  static void assertAllFail(List<Object> results, String... words) {
    assertThat(results)
        .allSatisfy(
            result ->
                assertThat(result)
                    .isInstanceOf(CollectiveException.class)
                    .asString()
                    .contains(words));
  }
}

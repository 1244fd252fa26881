package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import io.gramian.conformance.Cases;
import io.gramian.op.Op;
import io.gramian.testing.RankChecks;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every op that ranks can share, on all its cases: over 1 to 4 ranks it is what the reference says
 * of the whole batch, within the bounds of the backend, the same bits from run to run, and the same
 * scalars on every rank.
 */
final class RanksTest {
  private static final int MANY_CASES = 40;

  @TestFactory
  Stream<DynamicTest> ranksTogetherComputeTheWholeBatch() {
    return Backends.available().stream()
        .flatMap(backend -> RankChecks.ops().stream().flatMap(op -> checks(backend, op)));
  }

  private static Stream<DynamicTest> checks(String backend, Op op) {
    // The emulated device takes minutes for what is the same for any number of ranks.
    boolean isSlow = backend.equals("emulated");
    List<Integer> ranks = isSlow ? List.of(3) : List.of(1, 2, 3, 4);
    int step = isSlow && Cases.of(op).size() > MANY_CASES ? 4 : 1;
    return ranks.stream()
        .map(
            count ->
                DynamicTest.dynamicTest(
                    backend + " " + op.name() + ", " + count + " ranks",
                    () -> check(backend, op, count, step)));
  }

  private static void check(String backend, Op op, int ranks, int step) {
    try (Device device = Device.open(backend)) {
      assertThat(RankChecks.overThreads(device, ranks, op, step)).isPositive();
    }
  }
}

package io.gramian.tests.ranks;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import io.gramian.UnsupportedOpException;
import io.gramian.conformance.Case;
import io.gramian.conformance.CaseRunner;
import io.gramian.conformance.Cases;
import io.gramian.conformance.Conformance;
import io.gramian.conformance.Deviation;
import io.gramian.conformance.Execution;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import io.gramian.tests.Backends;
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
        .flatMap(
            backend ->
                Ops.all().stream()
                    .filter(op -> op.sharding(2).isPresent())
                    .flatMap(op -> checks(backend, op)));
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

  /** Checks every so many of the cases of an op. */
  private static void check(String backend, Op op, int ranks, int step) {
    try (Device device = Device.open(backend);
        Device reference = Device.open("reference")) {
      CaseRunner tested = new CaseRunner(device, ShardedRun.on(device, ranks));
      Conformance conformance = new Conformance(device, tested, reference);
      Execution how = Execution.of(device.resultType(), device.resultType());
      List<Case> cases = Cases.of(op);
      int checked = 0;
      for (int i = 0; i < cases.size(); i += step) {
        checked += check(conformance, cases.get(i), how) ? 1 : 0;
      }
      assertThat(checked).as("cases of %d with %d ranks", cases.size(), ranks).isPositive();
    }
  }

  private static boolean check(Conformance conformance, Case one, Execution how) {
    try {
      assertThat(conformance.compare(one, how)).as(one.toString()).allMatch(Deviation::isWithin);
      return true;
    } catch (UnsupportedOpException e) {
      return false; // too few rows for so many ranks
    }
  }
}

package io.gramian.testing;

import io.gramian.Collective;
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
import java.util.List;

/** Holds what ranks compute together to what the reference says of the whole batch. */
public final class RankChecks {
  private RankChecks() {}

  /** The ops that ranks can share. */
  public static List<Op> ops() {
    return Ops.all().stream().filter(op -> op.sharding(2).isPresent()).toList();
  }

  /**
   * Checks an op over ranks that are threads of this process.
   *
   * @param step checks every so many of its cases
   * @return how many cases were checked; those with too few rows are not
   * @throws AssertionError naming the case and how far which output is off
   */
  public static int overThreads(Device device, int ranks, Op op, int step) {
    return check(device, new CaseRunner(device, ThreadRanks.on(device, ranks)), op, step);
  }

  /**
   * Checks an op as one rank of a group of processes, all of which call this.
   *
   * @param step checks every so many of its cases
   * @return how many cases were checked; those with too few rows are not
   * @throws AssertionError naming the case and how far which output is off
   */
  public static int asRank(Device device, Collective group, Op op, int step) {
    return check(device, new CaseRunner(device, ProcessRank.of(device, group)), op, step);
  }

  private static int check(Device device, CaseRunner tested, Op op, int step) {
    int checked = 0;
    try (Device reference = Device.open("reference")) {
      Conformance conformance = new Conformance(device, tested, reference);
      Execution how = Execution.of(device.resultType(), device.resultType());
      List<Case> cases = Cases.of(op);
      for (int i = 0; i < cases.size(); i += step) {
        // Every other case adds to what gradients hold.
        checked += check(conformance, cases.get(i), i / step % 2 == 0 ? how : how.onTopOf(1));
      }
    }
    return checked;
  }

  private static int check(Conformance conformance, Case one, Execution how) {
    try {
      for (Deviation deviation : conformance.compare(one, how)) {
        if (!deviation.isWithin()) {
          throw new AssertionError(one + ": " + deviation);
        }
      }
      return 1;
    } catch (UnsupportedOpException e) {
      return 0;
    }
  }
}

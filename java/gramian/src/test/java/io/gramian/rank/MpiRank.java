package io.gramian.rank;

import io.gramian.Collective;
import io.gramian.CollectiveException;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.op.Op;
import io.gramian.testing.RankChecks;
import java.time.Duration;

/** A rank of {@link MpiCollectiveTest}, a process of its own. */
final class MpiRank {
  /** Every so many of the cases of an op are checked. */
  private static final int STEP = 3;

  static final String CHECKED = "checked ";
  static final String TOLD = "told: ";

  private MpiRank() {}

  /** Arguments: what to do, the limit in milliseconds. */
  public static void main(String[] arguments) throws InterruptedException {
    Duration limit = Duration.ofMillis(Long.parseLong(arguments[1]));
    try (Collective group = Collective.ofMpi(limit);
        Device device = Device.open("cpu")) {
      switch (arguments[0]) {
        case "check" -> check(device, group);
        case "late" -> late(group, limit);
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    } catch (CollectiveException e) {
      System.out.println(TOLD + e.getMessage());
      // MPI may still wait for the others: this process is not to.
      Runtime.getRuntime().halt(0);
    }
  }

  private static void check(Device device, Collective group) {
    int checked = 0;
    for (Op op : RankChecks.ops()) {
      checked += RankChecks.asRank(device, group, op, STEP);
    }
    System.out.println(CHECKED + checked + " as rank " + group.rank());
  }

  /** Has the last rank sleep through an exchange. */
  private static void late(Collective group, Duration limit) throws InterruptedException {
    if (group.rank() == group.size() - 1) {
      Thread.sleep(limit.multipliedBy(3));
    }
    group.allReduce(null, Tensor.of(new double[4], 4), Collective.Reduction.SUM);
  }
}

package io.gramian.bench.report;

import java.util.List;
import java.util.Optional;

/** Made-up measurements. */
public final class Lines {
  /** A machine. */
  public static final Machine MACHINE =
      new Machine(
          "2026-01-02", "abc1234", "Processor \"X\", fast", 2, "", "", "25", "Linux amd64", 0.5);

  /** A subject. */
  public static final Subject SUBJECT =
      new Subject("contrastive", "volume", "both", 1024, 4, 512, "f32");

  /** Ours at 10 ms. */
  public static final Line OURS =
      Line.timed(
              Line.BENCH,
              SUBJECT,
              new Contestant(Contestant.Role.OURS, "gramian", "1", "cpu", 2),
              Timing.of(0.010, 0.008, 0.012),
              Work.flops(2e9),
              Optional.of(new Limit(Limit.FMA, 4e11)))
          .memory(10 << 20)
          .agreement(Optional.of(new Agreement(1e-7, 2e-6)));

  /** A peer at 500 ms. */
  public static final Line PEER =
      Line.timed(
              Line.BENCH,
              SUBJECT,
              Contestant.peer("PyTorch", "2.7", "cpu", 2),
              Timing.of(0.5),
              Work.flops(2e9),
              Optional.of(new Limit(Limit.FMA, 4e11)))
          .memory(1000 << 20);

  /** A peer that is not there. */
  public static final Line ABSENT =
      Line.absent(
          Line.BENCH, SUBJECT, Contestant.peer("MKL", "", "cpu", 2), "no \"library\", here");

  /** All of them. */
  public static final Run RUN = new Run(MACHINE, List.of(OURS, PEER, ABSENT));

  private Lines() {}
}

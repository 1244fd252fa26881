package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import io.gramian.op.Modalities;
import io.gramian.op.TopK;
import java.util.List;
import java.util.Optional;

/** The best tuples of every anchor. */
@AutoService(Workload.class)
public final class TopKWorkload implements Workload {
  private static final int BEST = 10;

  /** For the service loader. */
  public TopKWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(Sizes.forward("topk", "volume", 3, 256, 512, 1024).onDevice(8192));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    return new Problem(
        subject,
        new TopK(Tuples.similarity(subject.variant()), false, best(subject), 1, best(subject)),
        source.tuples(Modalities.names(subject.modalities()), subject.batch(), subject.dimension()),
        List.of("scores", "recall"),
        List.of(),
        Work.flops(Tuples.product(subject)));
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return TupleScores.expression(subject.variant(), form)
        .map(scores -> inputs -> scores.result(inputs).topk(best(subject)).get0());
  }

  private static int best(Subject subject) {
    return Math.min(BEST, subject.batch());
  }
}

package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import io.gramian.op.Modalities;
import io.gramian.op.SampleNegatives;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** GRAM's hard negatives: one tuple per anchor, drawn by the softmax of the scores. */
@AutoService(Workload.class)
public final class SampleNegativesWorkload implements Workload {
  private static final double TEMPERATURE = 0.07;
  private static final long SEED = 7;

  /** For the service loader. */
  public SampleNegativesWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(Sizes.forward("sample-negatives", "volume", 3, 256, 512, 1024).onDevice(8192));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    return new Problem(
            subject,
            new SampleNegatives(Tuples.similarity(subject.variant()), false, TEMPERATURE, SEED),
            source.tuples(
                Modalities.names(subject.modalities()), subject.batch(), subject.dimension()),
            List.of("indices"),
            List.of(),
            Work.flops(Tuples.product(subject)))
        .random();
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return TupleScores.expression(subject.variant(), form)
        .map(scores -> inputs -> Torch.draws(scores.result(inputs)));
  }

  private static final class Torch {
    private static final double FLOOR = 1e-4;

    static Tensor draws(Tensor scores) {
      Tensor weights = torch.softmax(scores.div(new Scalar(TEMPERATURE)), 1).add(new Scalar(FLOOR));
      return torch.multinomial(weights.fill_diagonal_(new Scalar(0f)), 1);
    }
  }
}

package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** The contrastive losses: GRAM's, GHA's, TRIANGLE's, Symile's and CLIP's, by their similarity. */
@AutoService(Workload.class)
public final class ContrastiveWorkload implements Workload {
  private static final double TEMPERATURE = 0.07;
  private static final double LABEL_SMOOTHING = 0.1;

  /** For the service loader. */
  public ContrastiveWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(
        volume(4).onDevice(8192, 1024, 4096, 16384, 65536),
        volume(3).onDevice(8192).unlessQuick(),
        volume(5).onDevice(8192).unlessQuick(),
        Sizes.both("contrastive", "cosine", 2, 512, 1024, 2048, 4096).onDevice(8192, 32768),
        Sizes.both("contrastive", "jgcs", 3, 256, 512, 1024, 2048).onDevice(8192).unlessQuick(),
        // What is published takes tensors [B,B,d].
        Sizes.both("contrastive", "area", 3, 128, 256, 512).onDevice(8192).unlessQuick(),
        Sizes.both("contrastive", "eigen", 3, 128, 256, 512).onDevice(8192).unlessQuick(),
        Sizes.both("contrastive", "centroid", 3, 256, 512, 1024, 2048).onDevice(8192).unlessQuick(),
        Sizes.both("contrastive", "mip", 3, 256, 512, 1024, 2048).onDevice(8192).unlessQuick());
  }

  private static Sizes volume(int modalities) {
    return Sizes.both("contrastive", "volume", modalities, 256, 512, 1024, 2048);
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    List<String> names = Modalities.names(subject.modalities());
    List<String> differentiable = new ArrayList<>(names);
    differentiable.add("temperature");
    double product = Tuples.product(subject);
    return new Problem(
            subject,
            new Contrastive(Tuples.similarity(subject.variant())).normalize(false),
            source
                .tuples(names, subject.batch(), subject.dimension())
                .with("temperature", source.scalar(TEMPERATURE)),
            List.of("loss"),
            differentiable,
            Work.flops(subject.hasGradients() ? 3 * product : product))
        .recomputing(subject.hasGradients() ? product : 0);
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return TupleScores.expression(subject.variant(), form)
        .map(scores -> in -> Torch.loss(scores.result(in).div(in.get("temperature"))));
  }

  private static final class Torch {
    private static final long MEAN = 1;
    private static final long IGNORE_NONE = -100;

    /** Cross-entropy in both directions with label smoothing. */
    static Tensor loss(Tensor logits) {
      Tensor target =
          torch.arange(new Scalar(logits.size(0)), new TensorOptions(torch.ScalarType.Long));
      return smoothed(logits, target).add(smoothed(logits.t(), target)).div(new Scalar(2f));
    }

    private static Tensor smoothed(Tensor logits, Tensor target) {
      return torch.cross_entropy_loss(
          logits, target, new TensorOptional(), MEAN, IGNORE_NONE, LABEL_SMOOTHING);
    }
  }
}

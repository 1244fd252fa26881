package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.Bindings;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import io.gramian.op.Modalities;
import io.gramian.op.SimilarityMatrix;
import java.util.List;
import java.util.Optional;

/** The explicit matrix of scores; with dot products of raw vectors it is the matrix product. */
@AutoService(Workload.class)
public final class SimilarityWorkload implements Workload {
  /** For the service loader. */
  public SimilarityWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(
        Sizes.forward(Workloads.MATMUL, "", 2, 512, 1024, 2048, 4096).onDevice(8192),
        Sizes.both("similarity", "volume", 3, 256, 512, 1024));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    List<String> names = Modalities.names(subject.modalities());
    Bindings inputs = source.tuples(names, subject.batch(), subject.dimension());
    double products = 1;
    if (subject.hasGradients()) {
      inputs = inputs.with("grad_similarity", source.noise(19, subject.batch(), subject.batch()));
      products = 3;
    }
    return new Problem(
        subject,
        new SimilarityMatrix(Tuples.similarity(variant(subject)), false),
        inputs,
        List.of("similarity"),
        names,
        Work.flops(products * Tuples.product(subject)));
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return subject.op().equals(Workloads.MATMUL)
        ? Optional.empty() // by the BLAS itself
        : TupleScores.expression(variant(subject), form);
  }

  private static String variant(Subject subject) {
    return subject.variant().isEmpty() ? "cosine" : subject.variant();
  }
}

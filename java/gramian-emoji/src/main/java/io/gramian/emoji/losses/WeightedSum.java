package io.gramian.emoji.losses;

import io.gramian.Device;
import io.gramian.emoji.heads.Matrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sum of losses with weights. Each part learns scalars of its own, named after it. Tuples are
 * scored by the first part.
 */
final class WeightedSum implements AlignmentLoss {
  private final List<Term> terms = new ArrayList<>();

  private record Term(String name, float weight, AlignmentLoss loss) {
    LearnedScalar named(LearnedScalar scalar) {
      return new LearnedScalar(
          qualified(scalar.name()), scalar.start(), scalar.minimum(), scalar.maximum());
    }

    String qualified(String scalar) {
      return name + "." + scalar;
    }
  }

  /**
   * @param spec the parts
   * @param device where to compute; not closed
   * @param options of the training
   */
  WeightedSum(LossSpec spec, Device device, TrainingOptions options) {
    try {
      for (LossSpec.Part part : spec.parts()) {
        terms.add(
            new Term(
                part.recipe().key(),
                (float) part.weight(),
                part.recipe().preparePart(device, options, part.temperature(options))));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public List<LearnedScalar> scalars() {
    return terms.stream().flatMap(t -> t.loss.scalars().stream().map(t::named)).toList();
  }

  @Override
  public Gradients evaluate(List<Matrix> embeddings, Map<String, Double> scalars) {
    return evaluate(embeddings, null, scalars);
  }

  @Override
  public Gradients evaluate(List<Matrix> embeddings, float[] present, Map<String, Double> scalars) {
    double loss = 0;
    List<Matrix> gradients =
        embeddings.stream().map(e -> Matrix.zeros(e.rows(), e.columns())).toList();
    Map<String, Double> scalarGradients = new LinkedHashMap<>();
    for (Term term : terms) {
      Map<String, Double> own = new LinkedHashMap<>();
      term.loss.scalars().forEach(s -> own.put(s.name(), scalars.get(term.qualified(s.name()))));
      Gradients part = term.loss.evaluate(embeddings, present, own);
      loss += term.weight * part.loss();
      for (int m = 0; m < gradients.size(); m++) {
        gradients.get(m).addScaled(term.weight, part.embeddings().get(m));
      }
      part.scalars().forEach((s, g) -> scalarGradients.put(term.qualified(s), term.weight * g));
    }
    return new Gradients(loss, gradients, scalarGradients);
  }

  @Override
  public Matrix scores(List<Matrix> embeddings) {
    return terms.getFirst().loss.scores(embeddings);
  }

  @Override
  public void close() {
    terms.forEach(term -> term.loss.close());
  }
}

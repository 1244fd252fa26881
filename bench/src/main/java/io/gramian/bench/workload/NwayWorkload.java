package io.gramian.bench.workload;

import com.google.auto.service.AutoService;
import io.gramian.Bindings;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import io.gramian.op.Nway;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The tensor of volumes of all index tuples, [B,..,B]: bound by its writing. */
@AutoService(Workload.class)
public final class NwayWorkload implements Workload {
  /** For the service loader. */
  public NwayWorkload() {}

  @Override
  public List<Sizes> sizes() {
    return List.of(Sizes.both("nway", "volume", 3, 32, 64, 128).onDevice(512));
  }

  @Override
  public Problem problem(Subject subject, Inputs source) {
    List<String> names = new ArrayList<>();
    for (int l = 1; l <= subject.modalities(); l++) {
      names.add("modality" + l);
    }
    long[] shape = new long[subject.modalities()];
    Arrays.fill(shape, subject.batch());
    Bindings inputs = source.tuples(names, subject.batch(), subject.dimension());
    double bytes = Inputs.bytes(shape);
    if (subject.hasGradients()) {
      inputs = inputs.with("grad_tensor", source.noise(20, shape));
      bytes *= 2;
    }
    return new Problem(
        subject,
        new Nway(Tuples.similarity(subject.variant()), false),
        inputs,
        List.of("tensor"),
        names,
        Work.bytes(bytes));
  }

  /** All index tuples are B^N. */
  @Override
  public int checkBatch(Subject subject, boolean small) {
    double most = Math.pow((small ? 7 * 7 * 7 : 1 << 20) + 0.5, 1.0 / subject.modalities());
    return Math.min(subject.batch(), (int) most);
  }

  @Override
  public Optional<Expression> expression(Subject subject, Form form) {
    return subject.modalities() == 3 && subject.variant().equals("volume")
        ? Optional.of(inputs -> Torch.volumes(inputs, form))
        : Optional.empty();
  }

  private static final class Torch {
    private static final int MODALITIES = 3;
    private static final double LEAST = 1e-12;

    /** Products of all pairs of modalities, spread over [B,B,B]. */
    static Tensor volumes(Map<String, Tensor> inputs, Form form) {
      Tensor[][] gram = new Tensor[MODALITIES][MODALITIES];
      for (int i = 0; i < MODALITIES; i++) {
        for (int j = i; j < MODALITIES; j++) {
          gram[i][j] = entries(inputs, i, j);
          gram[j][i] = gram[i][j];
        }
      }
      Tensor determinants =
          form == Form.PUBLISHED ? TorchMath.determinants(spread(gram)) : sarrus(gram);
      return determinants.abs().clamp_min(new Scalar(LEAST)).sqrt().neg();
    }

    private static Tensor entries(Map<String, Tensor> inputs, int i, int j) {
      Tensor one = inputs.get("modality" + (i + 1));
      Tensor other = inputs.get("modality" + (j + 1));
      long[] shape = {1, 1, 1};
      shape[i] = one.size(0);
      shape[j] = one.size(0);
      Tensor products = i == j ? TorchMath.squares(one) : torch.matmul(one, other.t());
      return products.view(shape);
    }

    private static Tensor[][] spread(Tensor[][] gram) {
      long batch = gram[0][0].size(0);
      return Arrays.stream(gram)
          .map(
              row ->
                  Arrays.stream(row)
                      .map(entries -> entries.expand(batch, batch, batch))
                      .toArray(Tensor[]::new))
          .toArray(Tensor[][]::new);
    }

    /** The determinant of a symmetric matrix of three rows, written out. */
    private static Tensor sarrus(Tensor[][] g) {
      Tensor inner = g[1][1].mul(g[2][2]).sub(g[1][2].mul(g[1][2]));
      Tensor mixed = g[0][1].mul(g[1][2]).mul(new Scalar(2f)).sub(g[0][2].mul(g[1][1]));
      return g[0][0].mul(inner).sub(g[0][1].mul(g[0][1]).mul(g[2][2])).add(g[0][2].mul(mixed));
    }
  }
}

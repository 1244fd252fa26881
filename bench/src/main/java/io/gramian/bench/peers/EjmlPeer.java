package io.gramian.bench.peers;

import io.gramian.Tensor;
import io.gramian.bench.measure.Together;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ejml.EjmlVersion;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/** EJML, the fastest pure Java library for small dense matrices; it has no gradients. */
final class EjmlPeer implements Peer {
  private static final Set<String> OPS = Set.of("gram", "logdet", "volume");

  @Override
  public String key() {
    return "ejml";
  }

  @Override
  public Optional<String> load(String blas, int threads) {
    return isOnPath() ? Optional.empty() : Optional.of("its classes are not on the path");
  }

  @Override
  public boolean takes(Subject subject) {
    return OPS.contains(subject.op()) && !subject.hasGradients();
  }

  @Override
  public Contestant contestant(int threads) {
    String version = isOnPath() ? EjmlVersion.VERSION : "";
    return Contestant.peer("EJML", version, "cpu", threads);
  }

  @Override
  public Side open(Problem problem, int threads) {
    return new Samples(problem, threads);
  }

  private static boolean isOnPath() {
    return EjmlPeer.class.getResource("/org/ejml/EjmlVersion.class") != null;
  }

  /**
   * A product and an unrolled determinant per sample. The samples are Java arrays already, and
   * shared among as many threads as the other sides have.
   */
  private static final class Samples implements Side {
    private final String op;
    private final int threads;
    private final Together together;
    private final FMatrixRMaj[] samples;
    private final FMatrixRMaj[] grams;
    private final float[] numbers;

    Samples(Problem problem, int threads) {
      this.op = problem.subject().op();
      this.threads = threads;
      this.together = new Together(threads);
      Tensor vectors = problem.inputs().get("vectors");
      int batch = Math.toIntExact(vectors.spec().size(0));
      int k = Math.toIntExact(vectors.spec().size(1));
      int d = Math.toIntExact(vectors.spec().size(2));
      double[] values = vectors.toDoubles();
      samples = new FMatrixRMaj[batch];
      grams = new FMatrixRMaj[batch];
      numbers = new float[batch];
      for (int i = 0; i < batch; i++) {
        samples[i] = new FMatrixRMaj(k, d);
        grams[i] = new FMatrixRMaj(k, k);
        for (int j = 0; j < k * d; j++) {
          samples[i].data[j] = (float) values[i * k * d + j];
        }
      }
    }

    @Override
    public void run() {
      together.run(
          thread -> {
            int end = (int) ((long) samples.length * (thread + 1) / threads);
            for (int i = (int) ((long) samples.length * thread / threads); i < end; i++) {
              sample(i);
            }
          });
    }

    private void sample(int i) {
      CommonOps_FDRM.multTransB(samples[i], samples[i], grams[i]);
      switch (op) {
        case "logdet" -> numbers[i] = (float) Math.log(CommonOps_FDRM.det(grams[i]));
        case "volume" -> numbers[i] = (float) Math.sqrt(CommonOps_FDRM.det(grams[i]));
        default -> {}
      }
    }

    @Override
    public Map<String, double[]> results() {
      int each = op.equals("gram") ? grams[0].data.length : 1;
      double[] values = new double[samples.length * each];
      for (int i = 0; i < samples.length; i++) {
        for (int j = 0; j < each; j++) {
          values[i * each + j] = op.equals("gram") ? grams[i].data[j] : numbers[i];
        }
      }
      return Map.of(op, values);
    }

    @Override
    public void close() {
      together.close();
    }
  }
}

package io.gramian.bench.peers;

import io.gramian.Tensor;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Problem;
import io.gramian.bench.workload.Workloads;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** The bare matrix product by MKL or OpenBLAS through JavaCPP. */
final class BlasPeer implements Peer {
  @Override
  public String key() {
    return "blas";
  }

  @Override
  public Optional<String> load(String blas, int threads) {
    return Torch.load(blas, threads);
  }

  @Override
  public boolean takes(Subject subject) {
    return subject.op().equals(Workloads.MATMUL);
  }

  @Override
  public Contestant contestant(int threads) {
    String blas = Torch.blas();
    return Contestant.peer(blas == null ? "BLAS" : blas, Torch.blasVersion(), "cpu", threads);
  }

  @Override
  public Side open(Problem problem, int threads) {
    return new Sgemm(problem);
  }

  /** C = A B^T. */
  private static final class Sgemm implements Side {
    private static final int ROW_MAJOR = 101;
    private static final int AS_IS = 111;
    private static final int TRANSPOSED = 112;

    private final int rows;
    private final int columns;
    private final int depth;
    private final FloatPointer a;
    private final FloatPointer b;
    private final FloatPointer c;

    Sgemm(Problem problem) {
      Tensor left = problem.inputs().get("anchor");
      Tensor right = problem.inputs().get("modality1");
      rows = Math.toIntExact(left.spec().size(0));
      depth = Math.toIntExact(left.spec().size(1));
      columns = Math.toIntExact(right.spec().size(0));
      a = pointer(left);
      b = pointer(right);
      c = new FloatPointer((long) rows * columns);
    }

    @Override
    public void run() {
      openblas_nolapack.cblas_sgemm(
          ROW_MAJOR, AS_IS, TRANSPOSED, rows, columns, depth, 1, a, depth, b, depth, 0, c, columns);
    }

    @Override
    public Map<String, double[]> results() {
      double[] values = new double[Math.multiplyExact(rows, columns)];
      for (int i = 0; i < values.length; i++) {
        values[i] = c.get(i);
      }
      return Map.of("similarity", values);
    }

    @Override
    public void close() {
      c.close();
    }

    private static FloatPointer pointer(Tensor tensor) {
      return new FloatPointer(
          tensor.memory().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer());
    }
  }
}

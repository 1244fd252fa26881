package io.gramian.bench.matmul;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.bench.Benchmark;
import io.gramian.bench.DisagreementException;
import io.gramian.bench.Settings;
import io.gramian.bench.losses.Agreement;
import io.gramian.bench.measure.FmaPeak;
import io.gramian.bench.measure.Samples;
import io.gramian.bench.report.Measurement;
import io.gramian.bench.torch.BlasProduct;
import io.gramian.bench.torch.Torch;
import io.gramian.op.Op;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The bare matrix product A B^T in f32 against the {@code sgemm} of MKL or OpenBLAS, and against
 * the machine's peak of fused multiply-adds. Ours is the op {@code similarity} with the dot product
 * of raw vectors: the product and the writing of its matrix, nothing else.
 */
public final class MatmulBenchmark implements Benchmark {
  /** Name on the command line. */
  public static final String NAME = "matmul";

  /** Single precision over a sum of the depth. */
  private static final double BOUND = 1e-5;

  private static final Op PRODUCT = new SimilarityMatrix(Similarity.cosine(), false);

  @Override
  public void run(Device device, Settings settings, Consumer<Measurement> report) {
    for (int batch : settings.batchesOr(1024, 2048, 4096)) {
      report.accept(measure(device, settings, batch));
    }
  }

  private static Measurement measure(Device device, Settings settings, int batch) {
    List<String> notes = new ArrayList<>();
    List<Tensor> owned = new ArrayList<>();
    DType result = device.backend().equals("reference") ? DType.F64 : DType.F32;
    Optional<FmaPeak> peak =
        device.place().isHost() ? FmaPeak.of(settings.threads()) : Optional.empty();
    try {
      Tensor a = matrix(device, DType.F32, batch, settings.dimension(), owned);
      Tensor b = matrix(device, DType.F32, batch, settings.dimension(), owned);
      Tensor c = matrix(device, result, batch, batch, owned);
      fill(a, 1);
      fill(b, 2);
      Bindings inputs = Bindings.of("anchor", a).with("modality1", b);
      Bindings outputs = Bindings.of("similarity", c);
      try (Plan plan = PRODUCT.plan(device, inputs, outputs)) {
        List<Runnable> tasks = new ArrayList<>(List.of(() -> plan.run(inputs, outputs)));
        Optional<Agreement> agreement = Optional.empty();
        boolean withPeer = hasPeer(device, settings, notes);
        if (withPeer) {
          Tensor peerC = matrix(device, DType.F32, batch, batch, owned);
          tasks.add(new BlasProduct(a, b, peerC));
          agreement = Optional.of(check(device, tasks, c, peerC));
        }
        peak.ifPresent(tasks::add);
        List<Samples> times = settings.timing().time(tasks);
        OptionalDouble peakFlops = OptionalDouble.empty();
        if (peak.isPresent()) {
          peakFlops = OptionalDouble.of(peak.get().flops() / times.getLast().median());
          notes.add(
              String.format(
                  Locale.ROOT, "FMA peak measured: %.1f GFLOP/s", 1e-9 * peakFlops.getAsDouble()));
        } else {
          notes.add("FMA peak: measured on host backends with jdk.incubator.vector only");
        }
        return new Measurement(
            new Measurement.Subject(
                NAME,
                "forward",
                batch,
                2,
                settings.dimension(),
                device.backend(),
                settings.threads()),
            times.getFirst(),
            new Measurement.Work(
                OptionalDouble.of(2.0 * batch * batch * settings.dimension()),
                OptionalDouble.empty(),
                peakFlops),
            OptionalLong.empty(),
            withPeer
                ? Optional.of(
                    new Measurement.Peer(Torch.blas(), times.get(1), OptionalLong.empty()))
                : Optional.empty(),
            agreement,
            notes);
      }
    } finally {
      peak.ifPresent(FmaPeak::close);
      owned.forEach(Tensor::close);
    }
  }

  private static boolean hasPeer(Device device, Settings settings, List<String> notes) {
    if (!settings.peers()) {
      return false;
    }
    Optional<String> reason =
        device.place().isHost()
            ? Torch.load(settings.blas(), settings.threads())
            : Optional.of("measured on host backends only");
    reason.ifPresent(why -> notes.add("sgemm: " + why));
    return reason.isEmpty();
  }

  /** Compares the matrices of both; there is no gradient. */
  private static Agreement check(Device device, List<Runnable> both, Tensor c, Tensor peerC) {
    both.forEach(Runnable::run);
    Agreement agreement =
        Agreement.of(Map.of("loss", c.toDoubles()), Map.of("loss", peerC.toDoubles()));
    if (!agreement.within(new Agreement(BOUND, 0))) {
      throw new DisagreementException(
          String.format(
              Locale.ROOT,
              "%s disagrees with %s on the matrix product: relative difference %.2e (at most %.0e)",
              device.backend(),
              Torch.blas(),
              agreement.loss(),
              BOUND));
    }
    return agreement;
  }

  private static Tensor matrix(
      Device device, DType dtype, int rows, int columns, List<Tensor> owned) {
    Tensor tensor = device.allocate(TensorSpec.of(dtype, rows, columns));
    owned.add(tensor);
    return tensor;
  }

  private static void fill(Tensor tensor, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Math.toIntExact(tensor.spec().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * (float) random.nextDouble() - 1;
    }
    tensor.copyFrom(values);
  }
}

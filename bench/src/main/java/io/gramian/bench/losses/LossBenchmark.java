package io.gramian.bench.losses;

import io.gramian.Device;
import io.gramian.bench.Benchmark;
import io.gramian.bench.Settings;
import io.gramian.bench.measure.Samples;
import io.gramian.bench.memory.MemoryProbe;
import io.gramian.bench.memory.MemoryTask;
import io.gramian.bench.memory.PeakMemory;
import io.gramian.bench.report.Measurement;
import io.gramian.bench.torch.Torch;
import io.gramian.bench.torch.TorchSide;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Forward and backward of a loss against its published PyTorch expression, in one process and on
 * the same number of threads.
 */
public final class LossBenchmark implements Benchmark {
  private final String op;

  /**
   * @param op one of {@link LossCase#OPS}
   */
  public LossBenchmark(String op) {
    this.op = op;
  }

  @Override
  public void run(Device device, Settings settings, Consumer<Measurement> report) {
    boolean contrastive = op.equals("contrastive");
    List<Integer> batches = contrastive ? settings.batchesOr(1024, 2048) : settings.batchesOr(4096);
    for (int batch : batches) {
      for (int k : contrastive ? settings.modalitiesOr(3, 4, 5) : List.of(2)) {
        report.accept(measure(device, settings, new LossShape(op, batch, k, settings.dimension())));
      }
    }
  }

  private static Measurement measure(Device device, Settings settings, LossShape shape) {
    List<String> notes = new ArrayList<>();
    String backend = device.backend();
    boolean withPeer = settings.peers() && loadPeer(settings, notes);
    LossCheck.againstReference(
        shape, backend, LossCheck.bound(backend), loss -> new GramianSide(device, loss));
    if (withPeer) {
      LossCheck.againstReference(shape, peerName(), LossCheck.peerBound(), TorchSide::new);
    }
    try (Arena arena = Arena.ofShared()) {
      LossCase loss = LossCase.of(shape, arena);
      Optional<Agreement> agreement = Optional.empty();
      List<Samples> times;
      try (Side ours = new GramianSide(device, loss)) {
        if (withPeer) {
          try (Side peer = new TorchSide(loss)) {
            agreement = Optional.of(LossCheck.againstPeer(shape, backend, ours, peerName(), peer));
            times = settings.timing().time(List.of(ours, peer));
          }
        } else {
          times = settings.timing().time(List.of(ours));
        }
      }
      Optional<Measurement.Peer> peer = Optional.empty();
      if (withPeer) {
        OptionalLong peerMemory = memory(settings, MemoryTask.TORCH, device, shape, notes);
        peer = Optional.of(new Measurement.Peer(peerName(), times.get(1), peerMemory));
      }
      OptionalLong memory = memory(settings, backend, device, shape, notes);
      return new Measurement(
          new Measurement.Subject(
              shape.op(),
              "both",
              shape.batch(),
              shape.modalities(),
              shape.dimension(),
              backend,
              settings.threads()),
          times.getFirst(),
          Measurement.Work.flops(loss.flops()),
          memory,
          peer,
          agreement,
          notes);
    }
  }

  private static boolean loadPeer(Settings settings, List<String> notes) {
    Optional<String> reason = Torch.load(settings.blas(), settings.threads());
    reason.ifPresent(why -> notes.add("PyTorch: " + why));
    return reason.isEmpty();
  }

  private static String peerName() {
    return "PyTorch+" + Torch.blas();
  }

  /** Peak memory of one side; only the memory of the host is the process's. */
  private static OptionalLong memory(
      Settings settings, String side, Device device, LossShape shape, List<String> notes) {
    if (!settings.memory()) {
      return OptionalLong.empty();
    }
    if (!device.place().isHost() || !MemoryProbe.isAvailable()) {
      notes.add("peak memory: measured on host backends under Linux only");
      return OptionalLong.empty();
    }
    String blas = settings.blas() == null ? MemoryTask.ANY : settings.blas();
    Optional<PeakMemory> peak =
        MemoryProbe.measure(new MemoryTask(side, settings.threads(), blas, shape));
    if (peak.isEmpty()) {
      notes.add("peak memory of " + side + ": the process that measures it failed");
      return OptionalLong.empty();
    }
    if (peak.get().workspace() > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "workspace of the plan: %.1f MiB",
              peak.get().workspace() / (1024.0 * 1024)));
    }
    return OptionalLong.of(peak.get().growth());
  }
}

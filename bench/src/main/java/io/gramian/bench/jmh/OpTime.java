package io.gramian.bench.jmh;

import io.gramian.Device;
import io.gramian.bench.measure.JitActivity;
import io.gramian.bench.peers.GramianSide;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Side;
import io.gramian.bench.workload.Problem;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** A run of an op, with its gradients where the case has them, by one side. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
public class OpTime extends CaseState {
  /** A backend of this library, or the key of a peer: torch, torch-closed, blas, ejml. */
  @Param({"cpu", "torch"})
  public String side;

  /** BLAS of the peers: mkl, openblas, or any for the first that is present. */
  @Param("any")
  public String blas;

  private Arena arena;
  private Device device;
  private Side running;

  /** For JMH. */
  public OpTime() {}

  /** Loads the side and gives it the inputs. */
  @Setup
  public void open() {
    arena = Arena.ofShared();
    Problem problem = open(arena);
    Optional<Peer> peer = Peer.find(side);
    if (peer.isPresent()) {
      peer.get()
          .load(blas, peerThreads())
          .ifPresent(
              reason -> {
                throw new IllegalStateException(reason);
              });
      running = peer.get().open(problem, peerThreads());
    } else {
      device = Device.open(side, deviceOptions());
      running = new GramianSide(device, problem);
    }
    JitActivity.warm(warm, running);
  }

  /** One run; results go to the same memory each time. */
  @Benchmark
  public void run() {
    running.run();
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    running.close();
    if (device != null) {
      device.close();
    }
    arena.close();
  }
}

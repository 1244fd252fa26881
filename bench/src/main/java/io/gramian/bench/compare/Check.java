package io.gramian.bench.compare;

import io.gramian.Accuracy;
import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.bench.DisagreementException;
import io.gramian.bench.peers.GramianSide;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Side;
import io.gramian.bench.report.Agreement;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Problem;
import io.gramian.bench.workload.Workloads;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A device and the float64 reference on the same inputs, rounded as the device has them: what is
 * wrong is not timed.
 *
 * @param inputs of both, on the host
 * @param expected results of the reference
 * @param agreement of the device with it
 */
public record Check(Bindings inputs, Map<String, double[]> expected, Agreement agreement) {
  /** Length of the vectors where it has to be quick. */
  private static final int SMALL_DIMENSION = 64;

  /** Single precision through a chain of tensors, determinants among them. */
  private static final Accuracy OF_PEERS = new Accuracy(1e-4, 2e-3);

  /**
   * Compares a device with the reference.
   *
   * @param small whether a small case will do
   * @throws DisagreementException if the device is further off than it promises
   */
  public static Check ours(Subject subject, boolean small, Device device) {
    Subject checked = checked(subject, small);
    try (Arena arena = Arena.ofShared();
        Device reference = Device.open("reference")) {
      Problem problem = Workloads.problem(checked, 0, arena);
      Bindings inputs;
      Map<String, double[]> actual;
      try (GramianSide side = new GramianSide(device, problem)) {
        side.run();
        inputs = side.roundedInputs();
        actual = side.results();
      }
      Map<String, double[]> expected = new LinkedHashMap<>();
      problem
          .op()
          .evaluate(reference, inputs, problem.outputs())
          .asMap()
          .forEach((name, tensor) -> expected.put(name, tensor.toDoubles()));
      Agreement agreement =
          require(
              checked,
              device.backend(),
              "the reference",
              actual,
              expected,
              device.accuracy(subject.type()));
      return new Check(inputs, expected, agreement);
    }
  }

  /**
   * A small case by a peer and on the reference.
   *
   * @throws DisagreementException if they are too far apart
   */
  public static Agreement peer(Subject subject, Peer peer, int threads) {
    Subject checked = checked(subject, true);
    try (Arena arena = Arena.ofShared();
        Device reference = Device.open("reference")) {
      Problem problem = Workloads.problem(checked, 0, arena);
      try (Side expected = new GramianSide(reference, problem);
          Side actual = peer.open(problem, threads)) {
        expected.run();
        actual.run();
        String name = peer.contestant(threads).name();
        return require(
            checked, name, "the reference", actual.results(), expected.results(), OF_PEERS);
      }
    }
  }

  /**
   * The results of a peer at full size against ours.
   *
   * @return nothing where they cannot be compared
   * @throws DisagreementException if they are too far apart
   */
  static Optional<Agreement> bothSides(
      Subject subject, String name, Side ours, String peer, Side peers) {
    ours.run();
    peers.run();
    Map<String, double[]> results = peers.results();
    return results.isEmpty()
        ? Optional.empty()
        : Optional.of(require(subject, peer, name, results, ours.results(), OF_PEERS));
  }

  private static Subject checked(Subject subject, boolean small) {
    return subject.sized(
        Workloads.of(subject).checkBatch(subject, small),
        small ? Math.min(subject.dimension(), SMALL_DIMENSION) : subject.dimension());
  }

  private static Agreement require(
      Subject subject,
      String name,
      String other,
      Map<String, double[]> results,
      Map<String, double[]> expected,
      Accuracy bound) {
    Map<String, double[]> judged = new LinkedHashMap<>(expected);
    judged.keySet().retainAll(results.keySet());
    Agreement agreement = Agreement.of(results, judged);
    if (!agreement.within(bound)) {
      throw new DisagreementException(name, other, subject.toString(), agreement, bound);
    }
    return agreement;
  }
}

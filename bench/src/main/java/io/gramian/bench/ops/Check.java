package io.gramian.bench.ops;

import io.gramian.Device;
import io.gramian.bench.DisagreementException;
import io.gramian.bench.cases.Agreement;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.CheckSize;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.cases.OpCases;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Side;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Checks all sides before they are timed: against the reference where it is quick enough. */
public final class Check {
  private static final int SMALL_DIMENSION = 64;

  /** Single precision through a chain of tensors, determinants among them. */
  private static final Agreement PEER_BOUND = new Agreement(1e-4, 2e-3);

  private Check() {}

  /** A case on a backend and on the reference. */
  public static Agreement ours(CaseShape shape, CheckSize size, Device device) {
    String backend = device.backend();
    return againstReference(
        shape, size, backend, bound(backend), one -> new GramianSide(device, one));
  }

  /**
   * A small case by a peer and on the reference; its results at full size are held against ours.
   */
  public static Agreement peer(CaseShape shape, Peer peer, int threads) {
    return againstReference(
        shape,
        CheckSize.SMALL,
        peer.contestant(threads).name(),
        PEER_BOUND,
        one -> peer.open(one, threads));
  }

  /**
   * The results of a peer at full size against ours.
   *
   * @return nothing where they cannot be compared
   */
  public static Optional<Agreement> bothSides(
      CaseShape shape, String name, Side ours, String peer, Side peers) {
    ours.run();
    peers.run();
    Map<String, double[]> results = peers.results();
    return results.isEmpty()
        ? Optional.empty()
        : Optional.of(require(shape, peer, name, results, ours.results(), PEER_BOUND));
  }

  private static Agreement againstReference(
      CaseShape shape, CheckSize size, String name, Agreement bound, Function<OpCase, Side> side) {
    int dimension =
        size == CheckSize.SMALL ? Math.min(shape.dimension(), SMALL_DIMENSION) : shape.dimension();
    CaseShape checked = shape.resized(size.batch(shape), dimension);
    try (Arena arena = Arena.ofShared();
        Device reference = Device.open("reference")) {
      OpCase one = OpCases.of(checked, arena);
      try (Side expected = new GramianSide(reference, one);
          Side actual = side.apply(one)) {
        expected.run();
        actual.run();
        return require(checked, name, "the reference", actual.results(), expected.results(), bound);
      }
    }
  }

  /** What a backend promises. */
  private static Agreement bound(String backend) {
    return switch (backend) {
      case "reference" -> new Agreement(1e-10, 1e-9);
      case "cpu" -> new Agreement(2e-6, 2e-5);
      default -> new Agreement(1e-5, 1e-4);
    };
  }

  private static Agreement require(
      CaseShape shape,
      String name,
      String other,
      Map<String, double[]> results,
      Map<String, double[]> expected,
      Agreement bound) {
    Map<String, double[]> judged = new LinkedHashMap<>(expected);
    judged.keySet().retainAll(results.keySet());
    Agreement agreement = Agreement.of(results, judged);
    if (!agreement.within(bound)) {
      throw new DisagreementException(name, other, shape.toString(), agreement, bound);
    }
    return agreement;
  }
}

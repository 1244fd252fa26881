package io.gramian.bench.losses;

import io.gramian.Device;
import io.gramian.bench.DisagreementException;
import java.lang.foreign.Arena;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Checks both sides before they are timed: against the reference where it is quick enough. */
final class LossCheck {
  private static final int BATCH = 48;
  private static final int DIMENSION = 64;

  /** Single precision through a chain of tensors, determinants among them. */
  private static final Agreement PEER_BOUND = new Agreement(1e-4, 2e-3);

  private LossCheck() {}

  /** A small case of a loss on the reference and on a side that is made for it. */
  static void againstReference(
      LossShape shape, String name, Agreement bound, Function<LossCase, Side> side) {
    LossShape small =
        shape.resized(Math.min(shape.batch(), BATCH), Math.min(shape.dimension(), DIMENSION));
    try (Arena arena = Arena.ofShared();
        Device reference = Device.open("reference")) {
      LossCase loss = LossCase.of(small, arena);
      try (Side expected = new GramianSide(reference, loss);
          Side actual = side.apply(loss)) {
        expected.run();
        actual.run();
        require(small, name, "the reference", actual.results(), expected.results(), bound);
      }
    }
  }

  /** The results of both sides at full size. */
  static Agreement againstPeer(LossShape shape, String name, Side ours, String peer, Side peers) {
    ours.run();
    peers.run();
    return require(shape, name, peer, ours.results(), peers.results(), PEER_BOUND);
  }

  /** What a backend promises. */
  static Agreement bound(String backend) {
    return switch (backend) {
      case "reference" -> new Agreement(1e-10, 1e-9);
      case "cpu" -> new Agreement(2e-6, 2e-5);
      default -> new Agreement(1e-5, 1e-4);
    };
  }

  /** What single precision and autograd can be asked for. */
  static Agreement peerBound() {
    return PEER_BOUND;
  }

  private static Agreement require(
      LossShape shape,
      String name,
      String other,
      Map<String, double[]> results,
      Map<String, double[]> expected,
      Agreement bound) {
    Agreement agreement = Agreement.of(results, expected);
    if (!agreement.within(bound)) {
      throw new DisagreementException(
          String.format(
              Locale.ROOT,
              "%s disagrees with %s on %s: relative difference of the loss %.2e (at most %.0e),"
                  + " of the gradients %.2e (at most %.0e)",
              name,
              other,
              shape,
              agreement.loss(),
              bound.loss(),
              agreement.gradients(),
              bound.gradients()));
    }
    return agreement;
  }
}

package io.gramian.bench.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.Device;
import io.gramian.bench.Settings;
import io.gramian.bench.cases.Agreement;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.CheckSize;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.cases.OpCases;
import io.gramian.bench.measure.Interleaved;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Side;
import io.gramian.op.Ops;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every expression of a peer computes what the reference computes, gradients too. */
class PeersTest {
  private static final int BATCH = 14;
  private static final int DIMENSION = 20;

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (CaseShape shape : shapes()) {
      for (Peer peer : Peer.ALL) {
        if (peer.takes(shape)) {
          cases.add(Arguments.of(peer, shape));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheReference(Peer peer, CaseShape shape) {
    Optional<String> missing = peer.load("openblas", 1);
    assumeTrue(missing.isEmpty(), () -> peer.key() + ": " + missing.orElseThrow());
    try (Arena arena = Arena.ofShared();
        Device reference = Device.open("reference")) {
      OpCase one = OpCases.of(shape, arena);
      try (Side expected = new GramianSide(reference, one);
          Side actual = peer.open(one, 1)) {
        expected.run();
        // The second run shows whether gradients are replaced, not added up.
        actual.run();
        actual.run();
        Map<String, double[]> results = actual.results();
        if (one.isRandom()) {
          assertThat(results).isEmpty();
          return;
        }
        Map<String, double[]> judged = new LinkedHashMap<>(expected.results());
        judged.keySet().retainAll(results.keySet());

        Agreement agreement = Agreement.of(results, judged);

        assertThat(judged).hasSize(1 + one.differentiable().size());
        assertThat(agreement.result()).isLessThan(1e-5);
        assertThat(agreement.gradients()).isLessThan(1e-4);
      }
    }
  }

  @Test
  void everyOpIsMeasuredAndHasAPeer() {
    for (String op : Ops.names()) {
      assertThat(shapes()).anySatisfy(shape -> assertThat(shape.op()).isEqualTo(op));
    }
    assertThat(shapes())
        .allSatisfy(shape -> assertThat(Peer.ALL).anyMatch(peer -> peer.takes(shape)));
  }

  private static List<CaseShape> shapes() {
    return Shapes.of(
        new Settings(
            "reference",
            1,
            List.of(),
            List.of(BATCH),
            List.of(),
            DIMENSION,
            true,
            "openblas",
            false,
            CheckSize.SMALL,
            false,
            new Interleaved(1, 0, 0)));
  }
}

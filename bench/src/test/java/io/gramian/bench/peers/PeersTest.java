package io.gramian.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.Device;
import io.gramian.bench.Settings;
import io.gramian.bench.measure.Interleaved;
import io.gramian.bench.report.Agreement;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Form;
import io.gramian.bench.workload.Problem;
import io.gramian.bench.workload.Workloads;
import io.gramian.op.Op;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every expression of a peer computes what the reference computes, gradients too. */
class PeersTest {
  private static final int BATCH = 14;
  private static final int DIMENSION = 20;

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Subject subject : subjects()) {
      for (Peer peer : Peer.ALL) {
        if (peer.takes(subject)) {
          cases.add(Arguments.of(peer, subject));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheReference(Peer peer, Subject subject) {
    Optional<String> missing = peer.load("openblas", 1);
    assumeTrue(missing.isEmpty(), () -> peer.key() + ": " + missing.orElseThrow());
    try (Arena arena = Arena.ofShared();
        Device reference = Device.open("reference")) {
      Problem problem = Workloads.problem(subject, 0, arena);
      try (Side expected = new GramianSide(reference, problem);
          Side actual = peer.open(problem, 1)) {
        expected.run();
        // The second run shows whether gradients are replaced, not added up.
        actual.run();
        actual.run();
        Map<String, double[]> results = actual.results();
        if (problem.isRandom()) {
          assertThat(results).isEmpty();
          return;
        }
        Map<String, double[]> judged = new LinkedHashMap<>(expected.results());
        judged.keySet().retainAll(results.keySet());

        Agreement agreement = Agreement.of(results, judged);

        assertThat(judged).hasSize(1 + problem.differentiable().size());
        assertThat(agreement.result()).isLessThan(1e-5);
        assertThat(agreement.gradients()).isLessThan(1e-4);
      }
    }
  }

  @Test
  void everyOpIsMeasuredAndHasAPeer() {
    for (Op op : Ops.all()) {
      assertThat(subjects()).anySatisfy(one -> assertThat(one.op()).isEqualTo(op.name()));
    }
    assertThat(subjects())
        .allSatisfy(subject -> assertThat(Peer.ALL).anyMatch(peer -> peer.takes(subject)));
  }

  /** What is published for these takes a matrix, or a difference of vectors, of every pair. */
  @ParameterizedTest
  @CsvSource({
    "contrastive, volume",
    "contrastive, jgcs",
    "contrastive, area",
    "similarity, volume",
    "topk, volume",
    "sample-negatives, volume",
    "nway, volume"
  })
  void anExpertsFormIsMeasuredToo(String op, String variant) {
    assertThat(subjects())
        .filteredOn(one -> one.op().equals(op) && one.variant().equals(variant))
        .isNotEmpty()
        .allMatch(one -> Workloads.of(one).expression(one, Form.PUBLISHED).isPresent())
        .allMatch(one -> Workloads.of(one).expression(one, Form.CLOSED).isPresent());
  }

  private static List<Subject> subjects() {
    return Workloads.onHost(
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
            false,
            false,
            new Interleaved(1, 0, 0)));
  }
}

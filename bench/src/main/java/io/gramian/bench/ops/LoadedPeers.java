package io.gramian.bench.ops;

import io.gramian.bench.Settings;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The peers of a case.
 *
 * @param present those that were loaded
 * @param reasons why the others were not
 */
public record LoadedPeers(List<Peer> present, Map<Contestant, String> reasons) {
  /** The peers that have an expression of the case, none where none are to be measured. */
  public static List<Peer> wanted(CaseShape shape, Settings settings) {
    return settings.peers()
        ? Peer.ALL.stream().filter(peer -> peer.takes(shape)).toList()
        : List.of();
  }

  /** Loads them. */
  public static LoadedPeers of(CaseShape shape, Settings settings) {
    List<Peer> present = new ArrayList<>();
    Map<Contestant, String> reasons = new LinkedHashMap<>();
    for (Peer peer : wanted(shape, settings)) {
      Optional<String> reason = peer.load(settings.blas(), settings.threads());
      if (reason.isEmpty()) {
        present.add(peer);
      } else {
        reasons.put(peer.contestant(settings.threads()), reason.get());
      }
    }
    return new LoadedPeers(present, reasons);
  }

  /** A line for each that is not there. */
  public List<Line> absent(String suite, Subject subject) {
    return reasons.entrySet().stream()
        .map(entry -> Line.absent(suite, subject, entry.getKey(), entry.getValue()))
        .toList();
  }
}

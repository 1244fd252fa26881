package io.gramian.bench.peers;

import io.gramian.bench.Settings;
import io.gramian.bench.report.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The peers that are there.
 *
 * @param loaded those that can be measured
 * @param missing lines for people: which are wanted and not there, and why
 */
public record Peers(List<Peer> loaded, List<String> missing) {
  /** Loads them; none where none are wanted. */
  public static Peers load(Settings settings) {
    List<Peer> loaded = new ArrayList<>();
    Map<String, List<String>> reasons = new LinkedHashMap<>();
    for (Peer peer : settings.peers() ? Peer.ALL : List.<Peer>of()) {
      Optional<String> reason = peer.load(settings.blas(), settings.threads());
      if (reason.isEmpty()) {
        loaded.add(peer);
      } else {
        reasons
            .computeIfAbsent(reason.get(), _ -> new ArrayList<>())
            .add(peer.contestant(settings.threads()).name());
      }
    }
    List<String> missing = new ArrayList<>();
    reasons.forEach(
        (reason, names) ->
            missing.add("not measured: " + String.join(", ", names) + ": " + reason));
    return new Peers(loaded, missing);
  }

  /** Those that compute this. */
  public List<Peer> of(Subject subject) {
    return loaded.stream().filter(peer -> peer.takes(subject)).toList();
  }
}

package io.gramian.bench.peers;

import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Form;
import io.gramian.bench.workload.Problem;
import java.util.List;
import java.util.Optional;

/** Another library that computes what some of our ops do. */
public interface Peer {
  /** All of them. */
  List<Peer> ALL =
      List.of(
          new TorchPeer(Form.PUBLISHED),
          new TorchPeer(Form.CLOSED),
          new BlasPeer(),
          new EjmlPeer());

  /** What it is called on a command line. */
  String key();

  /**
   * Loads it.
   *
   * @param blas {@code mkl}, {@code openblas}, or {@code any} for the first that is present
   * @return why it is not there, or nothing
   */
  Optional<String> load(String blas, int threads);

  /** Whether it computes this, once it is loaded. */
  boolean takes(Subject subject);

  /** Name and version. */
  Contestant contestant(int threads);

  /** The problem in this library; its inputs are not copied where the library can do without. */
  Side open(Problem problem, int threads);

  /** The one with a key, if there is one. */
  static Optional<Peer> find(String key) {
    return ALL.stream().filter(peer -> peer.key().equals(key)).findFirst();
  }
}

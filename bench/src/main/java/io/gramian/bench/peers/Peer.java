package io.gramian.bench.peers;

import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.ejml.EjmlPeer;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.torch.BlasPeer;
import io.gramian.bench.torch.TorchPeer;
import java.util.List;
import java.util.Optional;

/** Another library that computes what some of our ops do. */
public interface Peer {
  /** All of them. */
  List<Peer> ALL = List.of(new TorchPeer(), new BlasPeer(), new EjmlPeer());

  /** What it is called on a command line. */
  String key();

  /** Whether it has an expression of this case. */
  boolean takes(CaseShape shape);

  /**
   * Loads it.
   *
   * @param blas {@code mkl}, {@code openblas}, or {@code any} for the first that is present
   * @return why it is not there, or nothing
   */
  Optional<String> load(String blas, int threads);

  /**
   * Loads it, where it is known to be there.
   *
   * @throws IllegalStateException if it is not
   */
  default void require(String blas, int threads) {
    load(blas, threads)
        .ifPresent(
            reason -> {
              throw new IllegalStateException(reason);
            });
  }

  /** Name and version. */
  Contestant contestant(int threads);

  /** The case in this library; its inputs are not copied where the library can do without. */
  Side open(OpCase one, int threads);

  /** The one with a key, if there is one. */
  static Optional<Peer> find(String key) {
    return ALL.stream().filter(peer -> peer.key().equals(key)).findFirst();
  }
}

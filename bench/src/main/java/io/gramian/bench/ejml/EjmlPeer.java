package io.gramian.bench.ejml;

import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Side;
import io.gramian.bench.report.Contestant;
import java.util.Optional;
import java.util.Set;
import org.ejml.EjmlVersion;

/** EJML, the fastest pure Java library for small dense matrices: one sample after the other. */
public final class EjmlPeer implements Peer {
  private static final Set<String> OPS = Set.of("gram", "logdet", "volume");

  /** For {@link Peer#ALL}. */
  public EjmlPeer() {}

  @Override
  public String key() {
    return "ejml";
  }

  /** Has no gradients. */
  @Override
  public boolean takes(CaseShape shape) {
    return OPS.contains(shape.op()) && !shape.hasGradients();
  }

  @Override
  public Optional<String> load(String blas, int threads) {
    return EjmlPeer.class.getResource("/org/ejml/EjmlVersion.class") != null
        ? Optional.empty()
        : Optional.of("its classes are not on the path");
  }

  @Override
  public Contestant contestant(int threads) {
    return Contestant.peer("EJML", EjmlVersion.VERSION, "cpu", threads);
  }

  @Override
  public Side open(OpCase one, int threads) {
    return new EjmlSide(one, threads);
  }
}

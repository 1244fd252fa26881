package io.gramian.bench.torch;

import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.cases.OpCases;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Side;
import io.gramian.bench.report.Contestant;
import java.util.Optional;

/** The bare matrix product by MKL or OpenBLAS through JavaCPP. */
public final class BlasPeer implements Peer {
  /** For {@link Peer#ALL}. */
  public BlasPeer() {}

  @Override
  public String key() {
    return "blas";
  }

  @Override
  public boolean takes(CaseShape shape) {
    return shape.op().equals(OpCases.MATMUL);
  }

  @Override
  public Optional<String> load(String blas, int threads) {
    return Torch.load(blas, threads);
  }

  @Override
  public Contestant contestant(int threads) {
    String blas = Torch.blas();
    return Contestant.peer(blas == null ? "BLAS" : blas, Torch.blasVersion(), "cpu", threads);
  }

  @Override
  public Side open(OpCase one, int threads) {
    return new BlasSide(one);
  }
}

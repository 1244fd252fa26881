package io.gramian.bench.torch;

import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.cases.OpCases;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Side;
import io.gramian.bench.report.Contestant;
import java.util.Optional;

/** PyTorch in eager mode through JavaCPP, as its users write the same. */
public final class TorchPeer implements Peer {
  /** For {@link Peer#ALL}. */
  public TorchPeer() {}

  @Override
  public String key() {
    return "torch";
  }

  @Override
  public boolean takes(CaseShape shape) {
    return !shape.op().equals(OpCases.MATMUL);
  }

  @Override
  public Optional<String> load(String blas, int threads) {
    return Torch.load(blas, threads);
  }

  @Override
  public Contestant contestant(int threads) {
    String blas = Torch.blas();
    String name = "PyTorch eager" + (blas == null ? "" : " + " + blas);
    return Contestant.peer(name, Torch.version(), "cpu", threads);
  }

  @Override
  public Side open(OpCase one, int threads) {
    return new TorchSide(one);
  }
}

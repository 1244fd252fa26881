package io.gramian.bench.peers;

import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Form;
import io.gramian.bench.workload.Problem;
import io.gramian.bench.workload.Workloads;
import java.util.Optional;

/**
 * PyTorch in eager mode through JavaCPP.
 *
 * @param form which expression of an op is measured
 */
record TorchPeer(Form form) implements Peer {
  @Override
  public String key() {
    return form == Form.PUBLISHED ? "torch" : "torch-closed";
  }

  @Override
  public Optional<String> load(String blas, int threads) {
    return Torch.load(blas, threads);
  }

  @Override
  public boolean takes(Subject subject) {
    return Workloads.of(subject).expression(subject, form).isPresent();
  }

  @Override
  public Contestant contestant(int threads) {
    String blas = Torch.blas();
    String name = form == Form.PUBLISHED ? "PyTorch eager" : "PyTorch closed form";
    return Contestant.peer(
        name + (blas == null ? "" : " + " + blas), Torch.version(), "cpu", threads);
  }

  @Override
  public Side open(Problem problem, int threads) {
    return new TorchSide(
        problem, Workloads.of(problem.subject()).expression(problem.subject(), form).orElseThrow());
  }
}

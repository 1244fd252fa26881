/** Kernels for N-way contrastive learning. */
@SuppressWarnings("module") // the command, which is built later
module io.gramian {
  requires static jdk.incubator.vector;

  exports io.gramian;
  exports io.gramian.bridge;
  exports io.gramian.dlpack;
  exports io.gramian.op;
  exports io.gramian.spi;
  exports io.gramian.rank to
      io.gramian.torch;
  exports io.gramian.conformance to
      io.gramian.cli;
  exports io.gramian.cuda to
      io.gramian.cli;

  uses io.gramian.spi.BackendProvider;

  provides io.gramian.spi.BackendProvider with
      io.gramian.cpu.CpuProvider,
      io.gramian.cuda.CudaProvider,
      io.gramian.cuda.EmulatedProvider,
      io.gramian.reference.ReferenceProvider;
}

/**
 * Losses of Gramian on tensors of DJL-PyTorch and JavaCPP-PyTorch. A program requires the modules
 * of the stack that it uses itself; passed on from here, both would have to be there.
 */
@SuppressWarnings("requires-automatic") // DJL is no module
module io.gramian.torch {
  requires transitive io.gramian;
  requires static ai.djl.api;
  requires static ai.djl.pytorch_engine;
  requires static org.bytedeco.pytorch;

  exports io.gramian.torch;
}

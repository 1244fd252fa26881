/** Losses of Gramian on tensors of DJL-PyTorch and JavaCPP-PyTorch. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // DJL is no module
module io.gramian.torch {
  requires transitive io.gramian;
  requires static transitive ai.djl.api;
  requires static transitive ai.djl.pytorch_engine;
  requires static transitive org.bytedeco.pytorch;

  exports io.gramian.torch;
}

/** A program that uses Gramian with JavaCPP's PyTorch. */
module app {
  requires io.gramian.torch;
  requires org.bytedeco.pytorch;
}

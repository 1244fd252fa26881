/** Pointers and streams of jcuda and of JavaCPP CUDA. */
module io.gramian.jcuda {
  requires transitive io.gramian;
  requires static transitive jcuda;
  requires static transitive org.bytedeco.cuda;
  requires static transitive org.bytedeco.javacpp;

  exports io.gramian.jcuda;
}

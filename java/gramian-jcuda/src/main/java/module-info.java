/**
 * Pointers and streams of jcuda and of JavaCPP CUDA. A program requires the modules of the one that
 * it uses itself; passed on from here, both would have to be there.
 */
module io.gramian.jcuda {
  requires transitive io.gramian;
  requires static jcuda;
  requires static org.bytedeco.cuda;
  requires static org.bytedeco.javacpp;

  exports io.gramian.jcuda;
}

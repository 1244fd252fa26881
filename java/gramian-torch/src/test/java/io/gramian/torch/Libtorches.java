package io.gramian.torch;

/** What libtorch can do and a stack's Java code cannot, for tests. */
public final class Libtorches {
  private Libtorches() {}

  /**
   * A bfloat16 copy of a tensor on the host.
   *
   * @return its handle, which the caller owns
   */
  public static long toBfloat16(long handle, long... shape) {
    Libtorch libtorch = Libtorch.loaded();
    int type = libtorch.constant("aoti_torch_dtype_bfloat16");
    long copy = libtorch.empty(type, shape, libtorch.constant("aoti_torch_device_type_cpu"), -1);
    libtorch.overwrite(copy, handle);
    return copy;
  }
}

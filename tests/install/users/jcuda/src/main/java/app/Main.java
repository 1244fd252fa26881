package app;

import io.gramian.Backend;
import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.TensorSpec;
import io.gramian.jcuda.JCuda;
import io.gramian.jcuda.SharedContext;
import io.gramian.op.Gram;
import java.util.Arrays;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/** An op on memory of jcuda, on the emulated device. */
public final class Main {
  private Main() {}

  /** The argument says on which path this runs. */
  public static void main(String[] args) {
    boolean modular = JCuda.class.getModule().isNamed() && Pointer.class.getModule().isNamed();
    require(modular == args[0].equals("module path"), "not on the " + args[0]);
    Backend emulated =
        Backend.all().stream().filter(b -> b.name().equals("emulated")).findFirst().orElseThrow();
    if (!emulated.available()) {
      // It is compiled with g++ where the build has that.
      System.out.println(args[0] + ": nothing done, " + emulated.details());
      return;
    }
    TensorSpec spec = TensorSpec.of(DType.F32, 1, 2, 2);
    float[] gram = new float[4];
    try (Device device = Device.open("emulated");
        SharedContext context = SharedContext.enter(device)) {
      JCudaDriver.setExceptionsEnabled(true);
      CUdeviceptr in = new CUdeviceptr();
      CUdeviceptr out = new CUdeviceptr();
      JCudaDriver.cuMemAlloc(in, spec.spanBytes());
      JCudaDriver.cuMemAlloc(out, spec.spanBytes());
      JCudaDriver.cuMemcpyHtoD(in, Pointer.to(new float[] {1, 2, 3, 4}), spec.spanBytes());
      Bindings inputs = Bindings.of("vectors", JCuda.tensor(device, in, spec));
      Bindings outputs = Bindings.of("gram", JCuda.tensor(device, out, spec));
      try (Plan plan = new Gram().plan(device, inputs, outputs)) {
        plan.run(inputs, outputs);
      }
      JCudaDriver.cuMemcpyDtoH(Pointer.to(gram), out, spec.spanBytes());
      JCudaDriver.cuMemFree(in);
      JCudaDriver.cuMemFree(out);
    }
    System.out.println(args[0] + ": " + Arrays.toString(gram));
    require(Arrays.equals(gram, new float[] {5, 11, 11, 25}), "not the products of the rows");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }
}

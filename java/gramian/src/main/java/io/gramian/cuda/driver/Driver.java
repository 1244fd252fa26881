package io.gramian.cuda.driver;

import io.gramian.CudaException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongToIntFunction;

/**
 * The functions of a loaded CUDA driver, as the driver's header declares them: each returns a
 * {@code CUresult}, 0 for success. Names leave out the version suffixes of the symbols behind them.
 * Pointers to results are addresses of native memory.
 */
public final class Driver {
  private final String origin;
  private final DriverErrors errors;
  private final MemorySegment driverGetVersion;
  private final MemorySegment deviceGetCount;
  private final MemorySegment deviceGet;
  private final MemorySegment deviceGetName;
  private final MemorySegment deviceGetAttribute;
  private final MemorySegment deviceTotalMem;
  private final MemorySegment primaryCtxRetain;
  private final MemorySegment primaryCtxRelease;
  private final MemorySegment ctxGetCurrent;
  private final MemorySegment ctxPushCurrent;
  private final MemorySegment ctxPopCurrent;
  private final MemorySegment ctxSynchronize;
  private final MemorySegment memAlloc;
  private final MemorySegment memFree;
  private final MemorySegment memGetInfo;
  private final MemorySegment memcpyHtoD;
  private final MemorySegment memcpyDtoH;
  private final MemorySegment memcpyDtoDAsync;
  private final MemorySegment memsetD8Async;
  private final MemorySegment streamCreate;
  private final MemorySegment streamDestroy;
  private final MemorySegment streamSynchronize;
  private final MemorySegment streamWaitEvent;
  private final MemorySegment eventCreate;
  private final MemorySegment eventDestroy;
  private final MemorySegment eventRecord;
  private final MemorySegment eventSynchronize;
  private final MemorySegment eventElapsedTime;
  private final MemorySegment moduleLoadData;
  private final MemorySegment moduleLoadDataEx;
  private final MemorySegment moduleUnload;
  private final MemorySegment moduleGetFunction;
  private final MemorySegment funcSetAttribute;
  private final MemorySegment funcGetAttribute;
  private final MemorySegment launchKernel;

  private Driver(DriverLibrary library) throws DriverUnavailableException {
    origin = library.origin();
    errors = new DriverErrors(library);
    driverGetVersion = library.require("cuDriverGetVersion");
    deviceGetCount = library.require("cuDeviceGetCount");
    deviceGet = library.require("cuDeviceGet");
    deviceGetName = library.require("cuDeviceGetName");
    deviceGetAttribute = library.require("cuDeviceGetAttribute");
    deviceTotalMem = library.require("cuDeviceTotalMem_v2");
    primaryCtxRetain = library.require("cuDevicePrimaryCtxRetain");
    primaryCtxRelease = library.require("cuDevicePrimaryCtxRelease_v2");
    ctxGetCurrent = library.require("cuCtxGetCurrent");
    ctxPushCurrent = library.require("cuCtxPushCurrent_v2");
    ctxPopCurrent = library.require("cuCtxPopCurrent_v2");
    ctxSynchronize = library.require("cuCtxSynchronize");
    memAlloc = library.require("cuMemAlloc_v2");
    memFree = library.require("cuMemFree_v2");
    memGetInfo = library.require("cuMemGetInfo_v2");
    memcpyHtoD = library.require("cuMemcpyHtoD_v2");
    memcpyDtoH = library.require("cuMemcpyDtoH_v2");
    memcpyDtoDAsync = library.require("cuMemcpyDtoDAsync_v2");
    memsetD8Async = library.require("cuMemsetD8Async");
    streamCreate = library.require("cuStreamCreate");
    streamDestroy = library.require("cuStreamDestroy_v2");
    streamSynchronize = library.require("cuStreamSynchronize");
    streamWaitEvent = library.require("cuStreamWaitEvent");
    eventCreate = library.require("cuEventCreate");
    eventDestroy = library.require("cuEventDestroy_v2");
    eventRecord = library.require("cuEventRecord");
    eventSynchronize = library.require("cuEventSynchronize");
    eventElapsedTime = library.require("cuEventElapsedTime");
    moduleLoadData = library.require("cuModuleLoadData");
    moduleLoadDataEx = library.require("cuModuleLoadDataEx");
    moduleUnload = library.require("cuModuleUnload");
    moduleGetFunction = library.require("cuModuleGetFunction");
    funcSetAttribute = library.require("cuFuncSetAttribute");
    funcGetAttribute = library.require("cuFuncGetAttribute");
    launchKernel = library.require("cuLaunchKernel");
  }

  /**
   * Binds the functions of a library and initialises it.
   *
   * @throws DriverUnavailableException if a function is missing or {@code cuInit} fails
   */
  public static Driver initialize(DriverLibrary library) throws DriverUnavailableException {
    Driver driver = new Driver(library);
    int code = Calls.i(library.require("cuInit"), 0);
    if (code != 0) {
      throw new DriverUnavailableException(
          "cuInit of "
              + library.origin()
              + " failed with "
              + driver.errors.name(code)
              + " ("
              + code
              + "): "
              + driver.errors.description(code));
    }
    return driver;
  }

  /** The name or path by which the library was found. */
  public String origin() {
    return origin;
  }

  /** What result codes mean. */
  DriverErrors errors() {
    return errors;
  }

  /**
   * Raises an error for a code other than success. For calls that need no context; others go
   * through {@link PrimaryContext}.
   */
  void check(String call, int code) {
    if (code != 0) {
      throw failure(call, code, "");
    }
  }

  /** The error for a code other than success. */
  CudaException failure(String call, int code, String detail) {
    return errors.exception(call, code, detail);
  }

  /** The int that a function stores behind the pointer that it is given. */
  int readInt(String call, LongToIntFunction function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_INT);
      check(call, function.applyAsInt(out.address()));
      return out.get(ValueLayout.JAVA_INT, 0);
    }
  }

  /** The long that a function stores behind the pointer that it is given. */
  long readLong(String call, LongToIntFunction function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      check(call, function.applyAsInt(out.address()));
      return out.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  int cuDriverGetVersion(long version) {
    return Calls.p(driverGetVersion, version);
  }

  int cuDeviceGetCount(long count) {
    return Calls.p(deviceGetCount, count);
  }

  int cuDeviceGet(long device, int ordinal) {
    return Calls.pi(deviceGet, device, ordinal);
  }

  int cuDeviceGetName(long name, int length, int device) {
    return Calls.pii(deviceGetName, name, length, device);
  }

  int cuDeviceGetAttribute(long value, int attribute, int device) {
    return Calls.pii(deviceGetAttribute, value, attribute, device);
  }

  int cuDeviceTotalMem(long bytes, int device) {
    return Calls.pi(deviceTotalMem, bytes, device);
  }

  int cuDevicePrimaryCtxRetain(long context, int device) {
    return Calls.pi(primaryCtxRetain, context, device);
  }

  int cuDevicePrimaryCtxRelease(int device) {
    return Calls.i(primaryCtxRelease, device);
  }

  int cuCtxGetCurrent(long context) {
    return Calls.p(ctxGetCurrent, context);
  }

  int cuCtxPushCurrent(long context) {
    return Calls.p(ctxPushCurrent, context);
  }

  int cuCtxPopCurrent(long context) {
    return Calls.p(ctxPopCurrent, context);
  }

  int cuCtxSynchronize() {
    return Calls.call(ctxSynchronize);
  }

  int cuMemAlloc(long address, long bytes) {
    return Calls.pp(memAlloc, address, bytes);
  }

  int cuMemFree(long address) {
    return Calls.p(memFree, address);
  }

  int cuMemGetInfo(long free, long total) {
    return Calls.pp(memGetInfo, free, total);
  }

  int cuMemcpyHtoD(long to, long from, long bytes) {
    return Calls.ppp(memcpyHtoD, to, from, bytes);
  }

  int cuMemcpyDtoH(long to, long from, long bytes) {
    return Calls.ppp(memcpyDtoH, to, from, bytes);
  }

  int cuMemcpyDtoDAsync(long to, long from, long bytes, long stream) {
    return Calls.pppp(memcpyDtoDAsync, to, from, bytes, stream);
  }

  int cuMemsetD8Async(long address, byte value, long count, long stream) {
    return Calls.pbpp(memsetD8Async, address, value, count, stream);
  }

  int cuStreamCreate(long stream, int flags) {
    return Calls.pi(streamCreate, stream, flags);
  }

  int cuStreamDestroy(long stream) {
    return Calls.p(streamDestroy, stream);
  }

  int cuStreamSynchronize(long stream) {
    return Calls.p(streamSynchronize, stream);
  }

  int cuStreamWaitEvent(long stream, long event, int flags) {
    return Calls.ppi(streamWaitEvent, stream, event, flags);
  }

  int cuEventCreate(long event, int flags) {
    return Calls.pi(eventCreate, event, flags);
  }

  int cuEventDestroy(long event) {
    return Calls.p(eventDestroy, event);
  }

  int cuEventRecord(long event, long stream) {
    return Calls.pp(eventRecord, event, stream);
  }

  int cuEventSynchronize(long event) {
    return Calls.p(eventSynchronize, event);
  }

  int cuEventElapsedTime(long milliseconds, long from, long to) {
    return Calls.ppp(eventElapsedTime, milliseconds, from, to);
  }

  int cuModuleLoadData(long module, long image) {
    return Calls.pp(moduleLoadData, module, image);
  }

  int cuModuleLoadDataEx(long module, long image, int count, long options, long values) {
    return Calls.ppipp(moduleLoadDataEx, module, image, count, options, values);
  }

  int cuModuleUnload(long module) {
    return Calls.p(moduleUnload, module);
  }

  int cuModuleGetFunction(long function, long module, long name) {
    return Calls.ppp(moduleGetFunction, function, module, name);
  }

  int cuFuncSetAttribute(long function, int attribute, int value) {
    return Calls.pii(funcSetAttribute, function, attribute, value);
  }

  int cuFuncGetAttribute(long value, int attribute, long function) {
    return Calls.pip(funcGetAttribute, value, attribute, function);
  }

  /** One-dimensional blocks; extra is the address of a list of options with their values. */
  int cuLaunchKernel(
      long function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int sharedBytes,
      long stream,
      long extra) {
    return Calls.launch(
        launchKernel, function, gridX, gridY, gridZ, blockX, sharedBytes, stream, extra);
  }
}

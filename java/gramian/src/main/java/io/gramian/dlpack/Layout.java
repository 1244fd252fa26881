package io.gramian.dlpack;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;

/** The two structs of {@code dlpack.h} that hand a tensor over, by the offsets of their fields. */
enum Layout {
  /** {@code DLManagedTensor}. */
  PLAIN(
      MemoryLayout.structLayout(
          Tensor.STRUCT.withName("dl_tensor"),
          ADDRESS.withName("manager_ctx"),
          ADDRESS.withName("deleter"))),
  /** {@code DLManagedTensorVersioned}, from DLPack 1.0 on. */
  VERSIONED(
      MemoryLayout.structLayout(
          JAVA_INT.withName("major"),
          JAVA_INT.withName("minor"),
          ADDRESS.withName("manager_ctx"),
          ADDRESS.withName("deleter"),
          JAVA_LONG.withName("flags"),
          Tensor.STRUCT.withName("dl_tensor")));

  /** {@code DLTensor}. */
  private static final class Tensor {
    static final MemoryLayout STRUCT =
        MemoryLayout.structLayout(
            ADDRESS.withName("data"),
            JAVA_INT.withName("device_type"),
            JAVA_INT.withName("device_id"),
            JAVA_INT.withName("ndim"),
            JAVA_BYTE.withName("code"),
            JAVA_BYTE.withName("bits"),
            JAVA_SHORT.withName("lanes"),
            ADDRESS.withName("shape"),
            ADDRESS.withName("strides"),
            JAVA_LONG.withName("byte_offset"));
  }

  final MemoryLayout struct;
  final long deleter;
  final long data;
  final long deviceType;
  final long deviceId;
  final long rank;
  final long code;
  final long bits;
  final long lanes;
  final long shape;
  final long strides;
  final long byteOffset;

  Layout(MemoryLayout struct) {
    this.struct = struct;
    this.deleter = struct.byteOffset(groupElement("deleter"));
    this.data = tensorField("data");
    this.deviceType = tensorField("device_type");
    this.deviceId = tensorField("device_id");
    this.rank = tensorField("ndim");
    this.code = tensorField("code");
    this.bits = tensorField("bits");
    this.lanes = tensorField("lanes");
    this.shape = tensorField("shape");
    this.strides = tensorField("strides");
    this.byteOffset = tensorField("byte_offset");
  }

  /** Offset of a field that only one of the structs has. */
  long field(String name) {
    return struct.byteOffset(groupElement(name));
  }

  private long tensorField(String name) {
    return struct.byteOffset(groupElement("dl_tensor"), groupElement(name));
  }
}

package io.gramian.torch;

import io.gramian.DType;
import io.gramian.Place;
import io.gramian.ShapeException;
import io.gramian.TensorSpec;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** Translates what libtorch says of a tensor into Gramian's terms. */
final class TorchTypes {
  private final Map<DType, Integer> dtypes = new EnumMap<>(DType.class);
  private final Map<Integer, String> others;
  private final int host;
  private final int cuda;

  /** Reads the numbers of types and devices. */
  TorchTypes(Libtorch libtorch) {
    dtypes.put(DType.F64, libtorch.constant("aoti_torch_dtype_float64"));
    dtypes.put(DType.F32, libtorch.constant("aoti_torch_dtype_float32"));
    dtypes.put(DType.F16, libtorch.constant("aoti_torch_dtype_float16"));
    dtypes.put(DType.BF16, libtorch.constant("aoti_torch_dtype_bfloat16"));
    dtypes.put(DType.I32, libtorch.constant("aoti_torch_dtype_int32"));
    others =
        Map.of(
            libtorch.constant("aoti_torch_dtype_int64"), "int64",
            libtorch.constant("aoti_torch_dtype_bool"), "bool",
            libtorch.constant("aoti_torch_dtype_uint8"), "uint8");
    host = libtorch.constant("aoti_torch_device_type_cpu");
    cuda = libtorch.constant("aoti_torch_device_type_cuda");
  }

  /** libtorch's number of an element type. */
  int number(DType dtype) {
    return dtypes.get(dtype);
  }

  /** libtorch's number of the kind of device that a place is of. */
  int deviceType(Place place) {
    return place.isHost() ? host : cuda;
  }

  /** libtorch's number of the device of a place. */
  int deviceIndex(Place place) {
    return place.isHost() ? -1 : place.ordinal();
  }

  /**
   * Where a tensor is.
   *
   * @param name of the tensor, for the message
   * @throws ShapeException if it is neither on the host nor on a CUDA device
   */
  Place place(String name, TorchTensor tensor) {
    if (tensor.deviceType() == host) {
      return Place.HOST;
    }
    if (tensor.deviceType() == cuda) {
      return new Place("cuda", tensor.deviceIndex());
    }
    throw new ShapeException(
        "'"
            + name
            + "' is on a device of libtorch's kind "
            + tensor.deviceType()
            + "; expected one on the host or on a CUDA device");
  }

  /**
   * Element type, shape and strides of a tensor.
   *
   * @param name of the tensor, for the message
   * @param remedy code of the stack that makes a dense copy
   * @throws ShapeException if the element type is none of ours or rows overlap or are not dense
   */
  TensorSpec spec(String name, TorchTensor tensor, String remedy) {
    DType dtype = dtype(name, tensor);
    long[] shape = tensor.shape();
    try {
      return TensorSpec.strided(dtype, shape, tensor.strides());
    } catch (ShapeException e) {
      throw new ShapeException(
          "'"
              + name
              + "' has shape "
              + Arrays.toString(shape)
              + " and strides "
              + Arrays.toString(tensor.strides())
              + "; expected a last dimension of stride 1 and rows that do not overlap; "
              + remedy
              + " makes a dense copy");
    }
  }

  private DType dtype(String name, TorchTensor tensor) {
    for (Map.Entry<DType, Integer> entry : dtypes.entrySet()) {
      if (entry.getValue() == tensor.dtype()) {
        return entry.getKey();
      }
    }
    throw new ShapeException(
        "'"
            + name
            + "' has element type "
            + others.getOrDefault(tensor.dtype(), "number " + tensor.dtype() + " of libtorch")
            + "; expected one of "
            + dtypes.keySet()
            + " (labels are i32, masks are floating-point)");
  }
}

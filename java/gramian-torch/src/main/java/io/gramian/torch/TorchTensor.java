package io.gramian.torch;

/**
 * What libtorch says of a tensor.
 *
 * @param address of the first element
 * @param dtype number of the element type, see {@link TorchTypes}
 * @param shape sizes of the dimensions
 * @param strides elements between neighbours along each dimension
 * @param deviceType number of the kind of device
 * @param deviceIndex number of the device; -1 for the host
 */
record TorchTensor(
    long address, int dtype, long[] shape, long[] strides, int deviceType, int deviceIndex) {}

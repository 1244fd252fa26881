package io.gramian.bridge;

import io.gramian.Place;
import io.gramian.TensorSpec;

/**
 * What another library says of one of its tensors.
 *
 * @param address of the first element
 * @param spec element type, shape and strides
 * @param place where the memory is
 */
public record Foreign(long address, TensorSpec spec, Place place) {}

package io.gramian.cuda.device;

import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/**
 * A struct that kernels take.
 *
 * @param bytes its size
 * @param in what writes it in a segment
 * @param <P> its type
 */
public record Parameter<P>(long bytes, Function<MemorySegment, P> in) {}

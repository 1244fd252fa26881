package io.gramian.cuda.device;

/**
 * A kernel, and what a launch of it takes.
 *
 * @param image that holds it
 * @param name of the kernel
 * @param threads of a block
 * @param parameter the struct that it takes
 * @param <P> writes that struct
 */
public record KernelSpec<P>(String image, String name, int threads, Parameter<P> parameter) {}

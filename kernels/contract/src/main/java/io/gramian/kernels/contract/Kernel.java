package io.gramian.kernels.contract;

/**
 * A kernel that a source declares by name.
 *
 * @param image that it is in
 * @param threads that a block of it may have
 * @param parameter the struct that it takes
 */
record Kernel(String image, String name, long threads, Struct parameter) {}
